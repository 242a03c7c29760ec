"""Filter policies match an event's message attributes."""

import json

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.outbox import batches, topic
from callfire_postbacks.outbox.topic import MAX_TAG_LENGTH, MAX_TAGS
from tests.support.aws.faults import answering, refusal
from tests.support.building import call, element, normalize, text
from tests.support.contents import consumed, consumer
from tools.samples import SAMPLES


def attributes(body: bytes, *, replayed: bool = False) -> dict[str, str]:
    """Return an event's message attributes, by name."""
    found = topic.attributes(normalize(body), replayed=replayed)
    assert all(value["DataType"] == ("String.Array" if name == "tags" else "String") for name, value in found.items())
    return {name: value["StringValue"] for name, value in found.items()}


def test_attributes_of_a_call() -> None:
    """A call has the documented attributes, with phone numbers as strings."""
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
    """A campaign's event has only attributes with a value."""
    assert attributes(SAMPLES["campaign-finished"]) == {
        "type": "com.callfire.campaign.finished.v1",
        "campaign_id": "22222",
        "wire_format": "cloud1",
    }


@pytest.mark.parametrize("body", [*SAMPLES.values(), call(), call("<tags><tag/></tags><disposition/>")])
def test_at_most_ten_and_none_empty(body: bytes) -> None:
    """An event has at most the ten attributes that raw delivery allows, and none that SNS would refuse."""
    found = attributes(body, replayed=True)
    assert found["replayed"] == "true"
    assert len(found) <= 10
    assert all(found.values())


def test_tags_are_limited() -> None:
    """The attributes hold the first short tags; the event holds all of them."""
    long, longest = "x" * (MAX_TAG_LENGTH + 1), "y" * MAX_TAG_LENGTH
    tags = [long, longest, *(f"t{number}" for number in range(MAX_TAGS))]
    body = call(element("tags", *(element("tag", tag) for tag in tags)))
    assert json.loads(attributes(body)["tags"]) == tags[1 : MAX_TAGS + 1]
    assert normalize(body)["data"]["tags"] == tags
    assert "tags" not in attributes(call(element("tags", element("tag", long))))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("value", "is_tag_taken", "is_value_taken"),
    [
        ("gold \N{PARTY POPPER}", False, False),
        ("\N{MUSICAL SYMBOL G CLEF}", False, False),
        ("a\tb", False, False),
        ("a\x7fb", False, False),
        ("a\x85b", False, False),
        ('the "best"', True, False),
        ("C:\\sales", True, False),
        ("日本語 café \ufffd", True, True),
    ],
    ids=["emoji", "beyond U+FFFF", "tab", "delete", "C1 control", "quotes", "backslash", "letters"],
)
def test_value_that_sns_may_refuse_is_left_out(value: str, *, is_tag_taken: bool, is_value_taken: bool) -> None:
    """Attributes hold only values that SNS accepts and can match; the event holds all, and is published."""
    queue = consumer()
    event = normalize(call(element("tags", element("tag", text(value)), element("tag", "plain"))))
    event["data"]["disposition"] = value
    found = {name: one["StringValue"] for name, one in topic.attributes(event).items()}
    assert json.loads(found["tags"]) == ([value, "plain"] if is_tag_taken else ["plain"])
    assert found.get("disposition") == (value if is_value_taken else None)
    topic.publish(event)
    batches.publish([batches.entry(event, replayed=False)])
    assert consumed(queue) == [event, event]
    assert value in event["data"]["tags"]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("how", ["alone", "in a batch"])
def test_event_that_sns_refuses_is_published_with_its_type_alone(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """If SNS refuses an attribute for an unknown reason, the event is published with its type alone, and logged."""
    monkeypatch.setattr(topic, "_is_accepted", lambda value, _: bool(value))
    refused, fine = normalize(call(element("callid", "1"))), normalize(call(element("callid", "2")))
    refused["data"]["disposition"] = "\N{PARTY POPPER}"
    everything = consumer()
    reduced = consumer({"attributes_omitted": ["true"], "type": [refused["type"]]}, name="Reduced")
    by_outcome = consumer({"outcome": [{"exists": True}]}, name="ByOutcome")
    if how == "alone":
        topic.publish(refused)
        topic.publish(fine)
    else:
        publication = batches.publish([batches.entry(event, replayed=False) for event in (refused, fine)])
        assert sorted(publication.published) == sorted([refused["id"], fine["id"]])
        assert publication.unacceptable == []
    assert sorted(event["id"] for event in consumed(everything)) == sorted([refused["id"], fine["id"]])
    assert consumed(reduced) == [refused]
    assert consumed(by_outcome) == [fine]


@pytest.mark.usefixtures("aws")
def test_replay_with_fewer_attributes_is_still_a_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A consumer that filters replays out gets none, even if SNS refuses the other attributes."""
    monkeypatch.setattr(topic, "_is_accepted", lambda value, _: bool(value))
    event = normalize(call())
    event["data"]["disposition"] = "\N{PARTY POPPER}"
    queue = consumer({"replayed": [{"exists": False}]})
    assert batches.publish([batches.entry(event, replayed=True)]).published == [event["id"]]
    assert consumed(queue) == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("cause", ["another error", "a slow refusal"])
def test_refused_event_is_left_to_the_relay_in_an_outage(
    monkeypatch: pytest.MonkeyPatch, aws_calls: list[str], cause: str
) -> None:
    """In an outage, or after a slow refusal, the event is left to the relay instead of losing attributes."""
    if cause == "a slow refusal":
        monkeypatch.setattr(topic, "QUICK_SECONDS", -1)
    code = "InvalidParameter" if cause == "a slow refusal" else "InternalError"
    with answering("sns.Publish", refusal(code)), pytest.raises(ClientError, match=code):
        topic.publish(normalize(call()))
    assert aws_calls == ["sns.Publish"]


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
    """A consumer gets exactly the events that its filter policy selects, and the body is the event itself."""
    queue = consumer(policy)
    events = {kind: normalize(body) for kind, body in SAMPLES.items()}
    for event in events.values():
        topic.publish(event)
    expected = [events[kind] for kind in kinds]
    assert sorted(consumed(queue), key=lambda event: event["id"]) == sorted(expected, key=lambda event: event["id"])
