"""What users and operators see of the deployed system, and what they do to it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from local.stack import Stack
from tests.support.http import Answer, post
from tests.support.waiting import wait_until
from tools.samples import LATER_SAMPLES, SAMPLES

SEVERAL: Final = "v2-several-events"
"""The sample with two events in one body."""

_numbers = count(700_000_001)
_IDS: Final = {  # what makes a sample a postback like no other: the id of its call, text or campaign
    "call-finished": b"<callid>%d<",
    "text-received": b"<callid>%d<",
    "text-sent": b"<callid>%d<",
    "campaign-finished": b"<id>%d<",
    "v1.1-outbound-call": b'<Call id="%d"',
    "v2-inbound-text": b'"resource":{"id":%d,',
    SEVERAL: b'"actionId":%d,',
}
_ID_OF_SAMPLE: Final = {
    "campaign-finished": 22222,
    "v1.1-outbound-call": 882960114003,
    "v2-inbound-text": 1023905054003,
    SEVERAL: 1023905054103,
}
_SECOND_ID: Final = 1023905054104


def new(kind: str = "call-finished") -> bytes:
    """A postback like no other: a sample with another number."""
    return numbered(kind, next(_numbers))


def numbered(kind: str, number: int) -> bytes:
    """A sample with a number of its own: that of the call, the text or the campaign."""
    body, written = (SAMPLES | LATER_SAMPLES)[kind], _IDS[kind]
    theirs = written % _ID_OF_SAMPLE.get(kind, 111111)
    assert theirs in body
    return body.replace(theirs, written % number).replace(written % _SECOND_ID, written % second_number(number))


def second_number(number: int) -> int:
    """Return the number of the second event of a body that holds two."""
    return number + 100_000_000


def item(stack: Stack, event_id: str) -> dict[str, Any]:
    """The item of an event, as DynamoDB gives it; empty where there is none."""
    key: Any = {"id": {"S": event_id}}
    found = stack.aws.dynamodb.get_item(TableName=stack.outputs["EventsTableName"], Key=key, ConsistentRead=True)
    return dict(found.get("Item", {}))


def is_marked(stack: Stack, event_id: str) -> bool:
    """Whether an event is stored and still to be published."""
    return "unpublished" in item(stack, event_id)


def is_settled(stack: Stack, event_id: str) -> bool:
    """Whether an event is stored and published."""
    found = item(stack, event_id)
    return "published_at" in found and "unpublished" not in found


def age(stack: Stack, event_id: str, by: timedelta = timedelta(minutes=1)) -> None:
    """Turn the clock for an event instead of waiting: as if it had come so long ago that receive is not at it."""
    received_at = datetime.now(UTC) - by
    stack.aws.dynamodb.update_item(
        TableName=stack.outputs["EventsTableName"],
        Key={"id": {"S": event_id}},
        UpdateExpression="SET received_at = :then",
        ExpressionAttributeValues={":then": {"S": received_at.isoformat(timespec="milliseconds")[:23] + "Z"}},
    )


def relay(stack: Stack) -> dict[str, Any]:
    """Run the relay once, beside its schedule; its answer, or what Lambda says of its end."""
    answer = stack.aws.functions.invoke(FunctionName=stack.outputs["RelayFunctionName"])
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def marked(stack: Stack) -> int:
    """How many events are stored and still to be published."""
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs["EventsTableName"], IndexName="unpublished", Select="COUNT"
    )
    return sum(page["Count"] for page in pages)


def parked(stack: Stack) -> int:
    """How many postbacks are parked, those that drain is at among them."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = stack.aws.sqs.get_queue_attributes(QueueUrl=stack.outputs["ParkedQueueUrl"], AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def take_rejected(stack: Stack) -> list[str]:
    """Take all messages out of the rejected queue."""
    sqs, queue = stack.aws.sqs, stack.outputs["RejectedQueueUrl"]
    bodies = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def send_back(stack: Stack, body: str) -> None:
    """Send what was rejected to the parked queue, as SQS's own redrive does, which the local AWS lacks."""
    stack.aws.sqs.send_message(QueueUrl=stack.outputs["ParkedQueueUrl"], MessageBody=body)


def send(stack: Stack, body: bytes) -> Answer:
    """Post to the URL of the whole account."""
    return post(stack.postback_urls["callfinish"], body)


def send_accepted(stack: Stack, body: bytes) -> str:
    """Post what is accepted, and return its event's id."""
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "accepted")
    return str(answer.json["id"])


def recover(stack: Stack) -> None:
    """Post until receive asks again whom it has given up (see circuit_breaker.py), and until all of it is drained."""

    def is_well() -> bool:
        answer = send(stack, new())
        return answer.status == 200 and is_settled(stack, answer.json["id"])

    wait_until(is_well)
    wait_until(lambda: not parked(stack))


def drained(stack: Stack, body: bytes) -> str:
    """Wait until a postback is drained, and return its event's id, which its next copy is told."""
    recover(stack)
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "duplicate")
    return str(answer.json["id"])


def received_at(stack: Stack, event_id: str) -> datetime:
    """When an event says that its postback came."""
    return datetime.fromisoformat(item(stack, event_id)["event"]["M"]["recordedtime"]["S"])
