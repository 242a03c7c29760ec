"""Tools for consumers' tests: each event type's JSON Schema and a sample, and AWS records that contain an event.

    from callfire_events import TextReceived
    from callfire_events.testing import sample, sqs_event

    answer = handler(sqs_event(sample(TextReceived.TYPE, message="STOP")), context=None)

The module needs only the standard library. Consumers install it; the stack's functions do not contain it.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from callfire_events.envelope import EventDocument, to_json

_ATTRIBUTES: Final = ("campaign_id", "disposition", "outcome", "phone_number", "callfire_number", "wire_format")
_OF_OTHERS: Final = ("resource", "event")
_REGION: Final = "us-east-1"
_ACCOUNT: Final = "123456789012"
_TOPIC: Final = f"arn:aws:sns:{_REGION}:{_ACCOUNT}:events"
_QUEUE: Final = f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:events"


def types() -> list[str]:
    """Return all event types."""
    return sorted(_schemas())


def schema(type: str) -> dict[str, Any]:  # noqa: A002  CloudEvents' name for it
    """Return the JSON Schema of an event type. Raises KeyError."""
    return cast("dict[str, Any]", json.loads(_schemas()[type]))


def sample(type: str, **data: Any) -> EventDocument:  # noqa: A002, ANN401  as above; JSON
    """Return a sample event of a type, with other values for fields of its data; None removes a field.

    Raises:
        KeyError: There is no such type.
    """
    event: EventDocument = schema(type)["examples"][0]
    event["data"] = {name: value for name, value in (event["data"] | data).items() if value is not None}
    return event


def sqs_event(*events: EventDocument, raw: bool = True) -> dict[str, Any]:
    """Return Lambda's event for a batch from an SQS queue; without `raw`, each message is in SNS's envelope."""
    return {"Records": [sqs_record(event, raw=raw) for event in events]}


def sqs_record(event: EventDocument, *, raw: bool = True) -> dict[str, Any]:
    """Return one record of such a batch."""
    attributes = {
        name: {**value, "stringListValues": [], "binaryListValues": []}
        for name, value in _attributes(event, "dataType", "stringValue").items()
    }
    return {
        "messageId": event["id"],
        "receiptHandle": "receipt-handle",
        "body": to_json(event) if raw else to_json(_notification(event)),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1767268800000"},
        "messageAttributes": attributes if raw else {},
        "md5OfBody": "0" * 32,
        "eventSource": "aws:sqs",
        "eventSourceARN": _QUEUE,
        "awsRegion": _REGION,
    }


def sns_event(event: EventDocument) -> dict[str, Any]:
    """Return Lambda's event for a function that subscribes to the topic: SNS sends one message at a time."""
    record = {"EventVersion": "1.0", "EventSubscriptionArn": f"{_TOPIC}:1", "EventSource": "aws:sns"}
    return {"Records": [record | {"Sns": _notification(event)}]}


def eventbridge_event(event: EventDocument) -> dict[str, Any]:
    """Return the event of an EventBridge rule, with the event as its `detail`."""
    return {
        "version": "0",
        "id": event["id"],
        "detail-type": event["type"],
        "source": "callfire-postbacks",
        "account": _ACCOUNT,
        "time": f"{event['recordedtime'][:19]}Z",
        "region": _REGION,
        "resources": [],
        "detail": event,
    }


def _notification(event: EventDocument) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": event["id"],
        "TopicArn": _TOPIC,
        "Message": to_json(event),
        "Timestamp": event["recordedtime"],
        "MessageAttributes": _attributes(event, "Type", "Value"),
    }


def _attributes(event: EventDocument, type_key: str, value_key: str) -> dict[str, dict[str, Any]]:
    data = event["data"]
    strings = {"type": event["type"]} | {name: data[name] for name in _ATTRIBUTES + _OF_OTHERS if name in data}
    attributes = {name: {type_key: "String", value_key: value} for name, value in strings.items()}
    if data.get("tags"):
        tags = json.dumps(data["tags"], ensure_ascii=False)
        attributes["tags"] = {type_key: "String.Array", value_key: tags}
    return attributes


@cache
def _schemas() -> dict[str, str]:
    """Return the text of each schema, by type."""
    found = (files("callfire_events") / "schemas").iterdir()
    return {file.name.removesuffix(".json"): file.read_text(encoding="utf-8") for file in found}
