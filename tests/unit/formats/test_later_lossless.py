"""An event holds all content of a delivery of API v2 or 1.1, and everything downstream accepts the event."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from callfire_events import envelope, parse
from callfire_events.envelope import EventDocument, format_timestamp, to_json
from callfire_postbacks.aws.attribute_values import from_attribute_value, to_attribute_value
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.values import scalars
from callfire_postbacks.outbox import topic
from tests.support.bodies.json_trees import EVENT_TYPES, RESOURCE_TYPES, api11_resources, documents, leaves, resources
from tests.support.bodies.later_generations import delivery
from tests.support.bodies.sizes import message_size
from tests.support.bodies.writings import Write, rename, snake_case
from tests.support.building import normalize_all
from tests.support.contract.closed_schemas import validator
from tools.samples import LATER_SAMPLES

any_delivery: Final = {
    "resource": resources(),
    "resource_type": st.sampled_from(RESOURCE_TYPES),
    "event_type": st.sampled_from(EVENT_TYPES),
}


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    """Return all texts of an event's data."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    else:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def forms(text: str) -> set[str]:
    """Return the forms that a text may have in an event."""
    time, flag = scalars.read_time(text), scalars.flag(text)
    direction = {True: "inbound", False: "outbound", None: None}[flag]
    found = {
        text,
        scalars.phone_number(text),
        scalars.identifier(text),
        time and format_timestamp(time),
        str(flag).lower(),
        direction,
    }
    return {form for form in found if form} | {str(scalars.count(text))}


@given(**any_delivery)
def test_nothing_is_lost(resource: Any, resource_type: str, event_type: str) -> None:  # noqa: ANN401  JSON
    """Every text of a resource is in its event, unchanged, in a typed form, or within the notes."""
    assert_held(normalize_all(delivery(resource_type, event_type, resource)), resource)


@given(
    resource=api11_resources(),
    name=st.sampled_from(["Call", "Text", "Broadcast"]),
    root=st.sampled_from(["CallFinished", "BroadcastNotification", "BroadcastStarted"]),
    around=api11_resources(),
)
def test_nothing_of_api_1_1_is_lost(resource: Any, name: str, root: str, around: Any) -> None:  # noqa: ANN401  JSON
    """Every text of a notification of API 1.1 is in its event too, also those around its resource."""
    body = json.dumps({root: {"Extra": around, name: resource}}).encode()
    events = normalize_all(body)
    assert_held(events, [resource, around])
    for event in events:
        check(event, len(body))


@given(
    resource=resources(),
    api11_resource=api11_resources(),
    resource_type=st.sampled_from(RESOURCE_TYPES),
    write=st.sampled_from([str.lower, str.upper, snake_case, "ns2:{}".format, "@{}".format]),
)
def test_nothing_is_lost_by_other_names(
    resource: Any,  # noqa: ANN401  JSON
    api11_resource: Any,  # noqa: ANN401  JSON
    resource_type: str,
    write: Write,
) -> None:
    """Every text is in its event, also with names in another writing and within another object."""
    call = {"CallFinished": {"Call": {"@id": 1, "Own": api11_resource}, "Extra": api11_resource}}
    for document in (json.loads(delivery(resource_type, "Finished", resource)), call):
        body = json.dumps({"payload": json.loads(rename(json.dumps(document).encode(), write)), "extra": "x"}).encode()
        events = normalize_all(body)
        assert_held(events, resource if document is not call else api11_resource)
        for event in events:
            check(event, len(body))


def assert_held(events: list[EventDocument], tree: Any) -> None:  # noqa: ANN401  JSON
    """Assert that events have each text of a tree in some form."""
    texts = {text for event in events for text in texts_in(event["data"])}
    lines = {line for text in texts for line in (text, *text.split("\n"))}
    for leaf in leaves(tree):
        assert forms(leaf) & lines or leaf in "\n".join(texts), leaf


@given(**any_delivery)
def test_event_is_valid_for_every_reader(resource: Any, resource_type: str, event_type: str) -> None:  # noqa: ANN401
    """The event of any resource is valid for its schema, DynamoDB, SNS's attributes and the consumers' types."""
    body = delivery(resource_type, event_type, resource)
    for event in normalize_all(body):
        check(event, len(body))


def test_events_of_samples_are_valid_for_every_reader() -> None:
    """The event of each sample is valid for its schema, DynamoDB, SNS and the consumers' types."""
    for body in LATER_SAMPLES.values():
        for event in normalize_all(body):
            check(event, len(body))


def check(event: EventDocument, size: int) -> None:
    """Assert that everything downstream accepts an event of a body of some size."""
    validator(event["type"]).validate(event)
    assert from_attribute_value(to_attribute_value(event)) == event
    assert len(topic.attributes(event, replayed=True)) <= 10
    assert message_size(event) < 3 * size + 24_000
    read = parse(to_json(event))
    assert envelope._data(read.data) == event["data"]  # noqa: SLF001  the published data is the typed data


@given(st.binary(max_size=100) | st.sampled_from([*LATER_SAMPLES.values()]), st.integers(0, 300), st.binary(max_size=5))
def test_any_bytes_end_in_events_or_in_a_refusal(body: bytes, place: int, damage: bytes) -> None:
    """Any body that can be read becomes events and any other is refused; no other error is ever raised."""
    with suppress(UnreadablePostbackError):
        for event in normalize_all(b"{" + body[:place] + damage + body[place:]):
            assert event["specversion"] == "1.0"
    with suppress(UnreadablePostbackError):
        assert normalize_all(body[:place] + damage + body[place:])


@given(documents())
def test_any_json_ends_in_events_or_in_a_refusal(document: Any) -> None:  # noqa: ANN401  JSON
    """JSON of any shape becomes valid events of some type, or is refused as unknown."""
    body = json.dumps(document).encode()
    with suppress(UnreadablePostbackError):
        events = normalize_all(body)
        assert events
        for event in events:
            check(event, len(body))
