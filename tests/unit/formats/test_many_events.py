"""Bodies with many events of API 1.1 and v2: their number is limited, and the fields around them are read once."""

import json
from collections import Counter
from typing import Any

import pytest

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.wire import MAX_EVENTS
from tests.support.building import normalize, normalize_all
from tools.samples import LATER_SAMPLES


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each text is read."""
    counted = Counter[str]()
    read = Record.__init__

    def count(record: Record, tree: Any, **others: Any) -> None:  # noqa: ANN401  a tree
        counted[str(tree)] += 1
        read(record, tree, **others)

    monkeypatch.setattr(Record, "__init__", count)
    return counted


def test_list_of_deliveries() -> None:
    """A list of deliveries and notifications has the events of all of them."""
    bodies = [LATER_SAMPLES[name] for name in ("v2-several-events", "v1.1-json-outbound-call")]
    together = b"[" + b",".join(bodies) + b"]"
    assert normalize_all(together) == [event for body in bodies for event in normalize_all(body)]


BODIES = {
    "resources of v2": ('{"events": [{"resource": [', "{}", "]}]}"),
    "events of v2": ('{"events": [', "{}", "]}"),
    "deliveries of v2": ("[", '{"events": []}', "]"),
    "calls of API 1.1": ('{"CallFinished": {"Call": [', "{}", "]}}"),
    "notifications of API 1.1": ('{"CallFinished": [', "{}", "]}"),
}


@pytest.mark.parametrize(("before", "event", "after"), BODIES.values(), ids=BODIES)
def test_too_many_events(before: str, event: str, after: str) -> None:
    """The number of events in a body is limited."""

    def events(number: int) -> list[EventDocument]:
        return normalize_all((before + ",".join([event] * number) + after).encode())

    assert len(events(MAX_EVENTS)) == MAX_EVENTS
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        events(MAX_EVENTS + 1)


def test_too_many_resources() -> None:
    """The number of resources in all events of a body is limited."""
    event = {"resource": [{"id": 1}, {"id": 2}]}
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        normalize_all(json.dumps({"events": [event] * (MAX_EVENTS // 2 + 1)}).encode())


def many(number: int, around: dict[str, Any]) -> list[Any]:
    """Return bodies of both formats with a number of events, all with the same fields around them."""
    events = [{"eventType": "Finished", "again": number, "resource": {"id": number}} for number in range(number)]
    calls = [{"@id": number} for number in range(number)]
    return [
        {"resourceType": "InboundCall", **around, "events": events},
        {"CallFinished": {**around, "Call": calls}},
        {"CallFinished": [{"Call": call} for call in calls], **around},
        {"payload": {"webhookId": 1, "events": events}, **around},
    ]


@pytest.mark.parametrize("shape", range(4), ids=["v2", "API 1.1", "notifications of API 1.1", "a wrapper"])
def test_fields_around_events_are_read_once(shape: int, records: Counter[str]) -> None:
    """The fields around events are read once, however many events there are."""
    around = {"fields": [{"texts": ["around"]}, "other"], "again": ["repeated"]}
    events = normalize_all(json.dumps(many(MAX_EVENTS, around)[shape]).encode())
    assert len(events) == MAX_EVENTS
    for event in events:
        assert event["data"]["unrecognized"]["envelope/fields/texts"] == ["around"]
        assert event["data"]["unrecognized"]["envelope/fields"] == ["other"]
        assert "repeated" in event["data"]["unrecognized"]["envelope/again"]
    assert (records["around"], records["repeated"]) == (1, 1)


@pytest.mark.parametrize("shape", range(2), ids=["v2", "API 1.1"])
def test_too_many_events_are_not_read(shape: int, records: Counter[str]) -> None:
    """A body with too many events is refused before its fields are read."""
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        normalize_all(json.dumps(many(MAX_EVENTS + 1, {"fields": "around"})[shape]).encode())
    assert records["around"] == 0


ENVELOPE = {
    "resourceType": "InboundCall",
    "timestamp": 1772471101000,
    "new": [{"a": 1}, "b"],
    "eventType": "Updated",
}
NEW = {"envelope/new/a": ["1"], "envelope/new": ["b"]}
EVENTS: dict[str, tuple[dict[str, Any], str, dict[str, list[str]]]] = {
    "only a resource": ({"resource": {"id": 1}}, "03be44c8c847d7ccd5227677485846be", NEW),
    "another type": (
        {"resource": {"id": 1}, "eventType": "Finished", "new": "c"},
        "03431ca60405e895e4981668b0898ffb",
        {"envelope/new/a": ["1"], "envelope/new": ["b", "c"], "envelope/eventType": ["Updated"]},
    ),
    "the same field, and another time": (
        {"resource": {"state": "FINISHED"}, "eventType": "Finished", "new": [{"a": 1}, "b"], "timestamp": 5},
        "1f44c0e9e50dbc44a92be14228b82070",
        {"envelope/timestamp": ["5"], **NEW, "envelope/eventType": ["Updated"]},
    ),
    "another resource, and a field of its own": (
        {"resourceType": "OutboundText", "timestamp": "soon", "eventType": ["Finished"], "own": {"x": [1, 2]}},
        "1d0f608cd1074001fd6e2efad6f1466f",
        {
            "own/x": ["1", "2"],
            "envelope/resourceType": ["InboundCall"],
            "envelope/timestamp": ["soon"],
            "envelope/new/a": ["1"],
            "envelope/new": ["b"],
            "envelope/eventType": ["Updated"],
        },
    ),
    "fields of other types": (
        {"resourceType": {"value": "InboundText"}, "eventType": "x" * 200, "webhookId": {"odd": 1}},
        "69fea73ad2f7b7c8645ef79c1e6abeeb",
        {
            "envelope/resourceType": ["InboundCall"],
            "envelope/new/a": ["1"],
            "envelope/new": ["b"],
            "envelope/eventType": ["Updated", "x" * 200],
            "envelope/webhookId/odd": ["1"],
        },
    ),
}


@pytest.mark.parametrize(("event", "event_id", "unrecognized"), EVENTS.values(), ids=EVENTS)
def test_event_and_the_fields_around_it(
    event: dict[str, Any], event_id: str, unrecognized: dict[str, list[str]]
) -> None:
    """An event's own fields count, those of its envelope are kept in order, and the id never changes."""
    found = normalize(json.dumps(ENVELOPE | {"events": [event]}).encode())
    assert found["id"] == event_id
    assert json.dumps(found["data"]["unrecognized"]) == json.dumps(unrecognized)


def test_events_together_are_those_alone() -> None:
    """Each event of a body holds what it would hold by itself, with the same id."""
    events = [event for event, _, _ in EVENTS.values()]
    alone = [normalize(json.dumps(ENVELOPE | {"events": [event]}).encode()) for event in events]
    assert normalize_all(json.dumps(ENVELOPE | {"events": events}).encode()) == alone


def test_a_field_named_as_those_around() -> None:
    """A field of a resource whose path is also that of a field around it is kept beside it."""
    v2 = {"resourceType": "InboundCall", "new": 1, "events": [{"resource": {"envelope": {"new": 2}}}]}
    api11 = {"CallFinished": {"New": 1, "Call": {"envelope": {"New": 2}}}}
    for body, path in ((v2, "envelope/new"), (api11, "envelope/New")):
        assert normalize(json.dumps(body).encode())["data"]["unrecognized"] == {path: ["2", "1"]}
