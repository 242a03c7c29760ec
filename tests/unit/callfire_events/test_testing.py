"""`callfire_events.testing`: its records equal the real ones."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from callfire_events import parse
from callfire_events.testing import eventbridge_event, sample, schema, sns_event, sqs_event, sqs_record, types
from callfire_postbacks.outbox import topic

TYPES = types()


def carried(event: Any) -> dict[str, Any]:  # noqa: ANN401  an event's document
    """Return every kind of record that can carry an event, by its transport."""
    return {
        "SQS, raw": sqs_event(event)["Records"][0],
        "SQS": sqs_record(event, raw=False),
        "SNS": sns_event(event)["Records"][0],
        "EventBridge": eventbridge_event(event),
        "EventBridge's detail": eventbridge_event(event)["detail"],
    }


@pytest.mark.parametrize("type_", TYPES)
def test_sample_fits_its_schema(type_: str) -> None:
    """Each type has a sample that is valid for its schema."""
    Draft202012Validator(schema(type_)).validate(sample(type_))


@pytest.mark.parametrize("form", carried(sample(TYPES[0])))
@pytest.mark.parametrize("type_", TYPES)
def test_records_are_parsed(type_: str, form: str) -> None:
    """`parse` gives the same event from each kind of record."""
    event = sample(type_)
    assert parse(carried(event)[form]).document == event


def test_sample_with_other_values() -> None:
    """Fields of the data can be set and removed; the next sample is unchanged."""
    event = sample("com.callfire.text.received.v1", message="STOP", disposition=None)
    assert event["data"]["message"] == "STOP"
    assert "disposition" not in event["data"]
    assert sample("com.callfire.text.received.v1")["data"]["message"] != "STOP"


@pytest.mark.parametrize("type_", TYPES)
def test_attributes_are_those_of_the_topic(type_: str) -> None:
    """A record has the message attributes that the topic gives its event."""
    event = sample(type_)
    record = sqs_record(event)["messageAttributes"]
    assert {name: value["stringValue"] for name, value in record.items()} == {
        name: value["StringValue"] for name, value in topic.attributes(event).items()
    }
    assert json.loads(sqs_record(event, raw=False)["body"])["MessageAttributes"].keys() == record.keys()


def test_unknown_type() -> None:
    """An unknown type has no sample."""
    with pytest.raises(KeyError):
        sample("com.callfire.voicemail.left.v1")
