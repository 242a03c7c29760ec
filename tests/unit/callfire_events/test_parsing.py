"""Typed parsing: all kinds of records, and the events in them."""

import json
from datetime import UTC, datetime
from typing import Any, Final, cast

import pytest
from aws_lambda_powertools.utilities.data_classes import SNSEvent, SQSEvent
from hypothesis import given

import callfire_events
from callfire_events import CallFinished, EventData, envelope
from callfire_events.envelope import EventDocument, to_json
from callfire_events.parsing import NotAnEventError, UnknownTypeError, parse
from callfire_events.testing import sample, types
from callfire_postbacks.formats import normalizing
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.fields import Fields
from callfire_postbacks.formats.xml.matching import match
from callfire_postbacks.formats.xml.parsing import parse as parse_xml
from tests.support.bodies.trees import Tree, markup, trees
from tests.support.building import ZONE, normalize
from tools.samples import SAMPLES

EVENT: Final = normalize(SAMPLES["call-finished"])
MESSAGE: Final = to_json(EVENT)
# SNS's envelope: docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
NOTIFICATION: Final = {
    "Type": "Notification",
    "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    "TopicArn": "arn:aws:sns:us-east-1:123456789012:events",
    "Message": MESSAGE,
    "Timestamp": "2026-01-01T12:00:00.000Z",
    "SignatureVersion": "1",
    "Signature": "…",
    "MessageAttributes": {"type": {"Type": "String", "Value": EVENT["type"]}},
}
RECORDS: Final[dict[str, Any]] = {
    "SNS, to a function": {"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": NOTIFICATION},
    "SQS, raw, to a function": {"messageId": "1", "eventSource": "aws:sqs", "body": MESSAGE},
    "SQS, with SNS's envelope, to a function": {"messageId": "1", "body": json.dumps(NOTIFICATION)},
    "SQS, raw, by boto3": {"MessageId": "1", "ReceiptHandle": "…", "Body": MESSAGE},
    "SQS, with SNS's envelope, by boto3": {"MessageId": "1", "Body": json.dumps(NOTIFICATION)},
    "a webhook, with SNS's envelope": json.dumps(NOTIFICATION),
    "a message, or a line of an archive": MESSAGE + "\n",
    "an event that is parsed already, as EventBridge's detail": EVENT,
    "SNS, as Powertools gives it": next(SNSEvent({"Records": [{"Sns": NOTIFICATION}]}).records),
    "SQS, as Powertools gives it": next(SQSEvent({"Records": [{"body": MESSAGE}]}).records),
}


def data_of(body: bytes) -> EventData:
    """Return the typed data from which an event is built."""
    postback = parse_xml(body)
    read, names = normalizing._READERS[postback.root]  # noqa: SLF001  as normalize does
    data, _ = read(Fields(match(postback, names)[0]), ZONE)
    return data


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_record_becomes_its_event(record: Any) -> None:  # noqa: ANN401  of any kind
    """One call parses an event from any kind of record."""
    event = parse(record)
    assert (event.id, event.source, event.type) == (EVENT["id"], EVENT["source"], EVENT["type"])
    assert event.subject == "calls/111111"
    assert event.time == datetime.fromisoformat("2010-03-24T22:58:53+00:00")
    assert event.recordedtime == datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    assert isinstance(event.data, CallFinished)
    assert event.data.agent
    assert event.data.agent.response == "interested"
    assert event.data.started_at == datetime.fromisoformat("2010-03-24T15:58:18-07:00")
    assert event.data.agent.responded_at == datetime.fromisoformat("2010-03-24T15:58:38-07:00")
    assert event.document == EVENT


@pytest.mark.parametrize("kind", SAMPLES)
def test_sample_is_read_as_it_was_built(kind: str) -> None:
    """The event of each documented postback is parsed to the data from which it was built."""
    assert parse(to_json(normalize(SAMPLES[kind]))).data == data_of(SAMPLES[kind])


@given(trees())
def test_any_event_is_read_as_it_was_built(tree: Tree) -> None:
    """Any postback's event is parsed to data of the same type that is written as the same JSON.

    A datetime with its zone is not equal to one with its offset in the hour that a clock repeats or skips (PEP 495).
    """
    body = markup(tree).encode()
    try:
        expected = data_of(body)
    except UnreadablePostbackError:
        return
    event = normalize(body)
    parsed = parse(to_json(event)).data
    assert type(parsed) is type(expected)
    assert envelope._data(parsed) == envelope._data(expected) == event["data"]  # noqa: SLF001  as build_document has it


def test_later_releases_can_be_read() -> None:
    """Fields added by a later release, at any level, are accepted and kept."""
    later: Any = json.loads(MESSAGE)
    later["sampledrate"] = 1
    later["data"]["mood"] = "good"
    later["data"]["agent"]["name"] = "Smith"
    event = parse(json.dumps(later))
    assert event.data == parse(MESSAGE).data
    assert event.document == later


@pytest.mark.parametrize("type", types())
def test_timestamps_are_datetimes(type: str) -> None:  # noqa: A002  CloudEvents' name for it
    """Each timestamp of each event type is a datetime with an offset, also in nested parts and lists."""
    document = sample(type)
    data = parse(document).data
    written = {name for name in document["data"] if name.endswith("_at")}
    assert {name for name, value in vars(data).items() if isinstance(value, datetime) and value.tzinfo} == written


def test_timestamps_of_attempts_are_datetimes() -> None:
    """The attempts of a call have datetimes too."""
    document = sample(CallFinished.TYPE, attempts=[{"started_at": "2026-03-02T17:04:06.000Z"}])
    data = parse(document).data
    assert isinstance(data, CallFinished)
    assert data.attempts
    assert data.attempts[0].started_at == datetime(2026, 3, 2, 17, 4, 6, tzinfo=UTC)


def changed(**fields: object) -> EventDocument:
    """Return the event with other fields; None removes a field."""
    event: Any = {name: value for name, value in {**EVENT, **fields}.items() if value is not None}
    return cast("EventDocument", event)


def test_type_that_is_not_known() -> None:
    """An unknown event type is refused, and the error names the type."""
    with pytest.raises(UnknownTypeError, match=r"com\.callfire\.call\.finished\.v2") as caught:
        parse(to_json(changed(type="com.callfire.call.finished.v2")))
    assert caught.value.type == "com.callfire.call.finished.v2"


@pytest.mark.parametrize(
    "record",
    [
        "",
        "no JSON",
        "[]",
        "null",
        pytest.param("[" * 100_000, id="too many levels"),
        {},
        {"body": 1},
        {"Sns": {"Subject": "no message"}},
        {"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe …", "SubscribeURL": "…"},
        changed(specversion="0.3"),
        changed(type=None),
        changed(id=None),
        changed(time="yesterday"),
        changed(data=None),
        changed(data=[]),
        changed(data={"wire_format": "cloud1"}),
        changed(data={**EVENT["data"], "agent": "Smith"}),
        changed(data={**EVENT["data"], "started_at": "yesterday"}),
        changed(data={**EVENT["data"], "started_at": 1}),
    ],
)
def test_record_without_an_event(record: Any) -> None:  # noqa: ANN401  of any kind
    """A record without a complete event is refused."""
    with pytest.raises(NotAnEventError):
        parse(record)


def test_package_has_no_other_names() -> None:
    """The package says that a name is missing, as any module does."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing_such'"):
        vars(callfire_events)["__getattr__"]("nothing_such")


def test_data_shows_its_values_only() -> None:
    """Printed data names the class and the fields that have a value."""
    shown = repr(CallFinished(call_id="111111", outcome="answered", wire_format="cloud1"))
    assert shown == "CallFinished(wire_format='cloud1', outcome='answered', call_id='111111')"
