"""What filter policies see of an event."""

import json

import pytest

from callfire_postbacks.outbox import topic
from callfire_postbacks.outbox.topic import MAX_TAG_LENGTH, MAX_TAGS
from tests.support.building import call, element, normalize
from tests.support.contents import consumed, consumer
from tools.samples import SAMPLES


def attributes(body: bytes, *, replayed: bool = False) -> dict[str, str]:
    """An event's message attributes, by name."""
    found = topic.attributes(normalize(body), replayed=replayed)
    assert all(value["DataType"] == ("String.Array" if name == "tags" else "String") for name, value in found.items())
    return {name: value["StringValue"] for name, value in found.items()}


def test_attributes_of_a_call() -> None:
    """A call's attributes are the documented ones, phone numbers as strings."""
    assert attributes(SAMPLES["call-finished"]) == {
        "type": "com.callfire.call.finished.v1",
        "campaign_id": "22222",
        "disposition": "TRANSFER",
        "outcome": "transferred",
        "phone_number": "+12132212289",
        "callfire_number": "+18778973473",
        "wire_format": "cloud1",
        "tags": '["sales number", "houston"]',
    }


def test_attributes_of_a_campaign() -> None:
    """A campaign's event has those attributes that it has something to say for."""
    assert attributes(SAMPLES["campaign-finished"]) == {
        "type": "com.callfire.campaign.finished.v1",
        "campaign_id": "22222",
        "wire_format": "cloud1",
    }


@pytest.mark.parametrize("body", [*SAMPLES.values(), call(), call("<tags><tag/></tags><disposition/>")])
def test_at_most_ten_and_none_empty(body: bytes) -> None:
    """An event never has more attributes than raw delivery lets through, nor one that SNS would refuse."""
    found = attributes(body, replayed=True)
    assert found["replayed"] == "true"
    assert len(found) <= 10
    assert all(found.values())


def test_tags_are_limited() -> None:
    """Of many tags the first go into the attributes, and none that is long; the event has all of them."""
    long, longest = "x" * (MAX_TAG_LENGTH + 1), "y" * MAX_TAG_LENGTH
    tags = [long, longest, *(f"t{number}" for number in range(MAX_TAGS))]
    body = call(element("tags", *(element("tag", tag) for tag in tags)))
    assert json.loads(attributes(body)["tags"]) == tags[1 : MAX_TAGS + 1]
    assert normalize(body)["data"]["tags"] == tags
    assert "tags" not in attributes(call(element("tags", element("tag", long))))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("policy", "kinds"),
    [
        ({"type": [{"prefix": "com.callfire.text."}]}, {"text-received", "text-sent"}),
        ({"tags": ["houston"]}, {"call-finished"}),
        ({"phone_number": [{"prefix": "+1213"}]}, {"call-finished", "text-received", "text-sent"}),
        ({"outcome": [{"anything-but": ["sent"]}]}, {"call-finished", "text-received"}),
        ({"campaign_id": ["22222"]}, set(SAMPLES)),
        ({"replayed": [{"exists": False}]}, set(SAMPLES)),
    ],
)
def test_filter_policies_see_the_attributes(policy: dict[str, list[object]], kinds: set[str]) -> None:
    """A consumer gets what its filter policy selects and nothing else, and the body is the event itself."""
    queue = consumer(policy)
    events = {kind: normalize(body) for kind, body in SAMPLES.items()}
    for event in events.values():
        topic.publish(event)
    expected = [events[kind] for kind in kinds]
    assert sorted(consumed(queue), key=lambda event: event["id"]) == sorted(expected, key=lambda event: event["id"])
