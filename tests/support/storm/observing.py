"""Observe and operate the deployed stack as its users and operators do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.stack import Stack
from tests.support.bodies.unique import new
from tests.support.http import Answer, post
from tests.support.waiting import wait_until


def item(stack: Stack, event_id: str) -> dict[str, Any]:
    """Return the item of an event, as DynamoDB gives it; empty if there is none."""
    key: Any = {"id": {"S": event_id}}
    found = stack.aws.dynamodb.get_item(TableName=stack.outputs["EventsTableName"], Key=key, ConsistentRead=True)
    return dict(found.get("Item", {}))


def is_unpublished(stack: Stack, event_id: str) -> bool:
    """Return whether an event is stored and unpublished."""
    return "unpublished" in item(stack, event_id)


def is_published(stack: Stack, event_id: str) -> bool:
    """Return whether an event is stored and published."""
    found = item(stack, event_id)
    return "published_at" in found and "unpublished" not in found


def age(stack: Stack, event_id: str, by: timedelta = timedelta(minutes=1)) -> None:
    """Age an event instead of waiting: its receiver can no longer be publishing it."""
    received_at = datetime.now(UTC) - by
    stack.aws.dynamodb.update_item(
        TableName=stack.outputs["EventsTableName"],
        Key={"id": {"S": event_id}},
        UpdateExpression="SET received_at = :then",
        ExpressionAttributeValues={":then": {"S": received_at.isoformat(timespec="milliseconds")[:23] + "Z"}},
    )


def relay(stack: Stack) -> dict[str, Any]:
    """Run the relay once, outside its schedule; return its answer, or Lambda's report of its failure."""
    answer = stack.aws.functions.invoke(FunctionName=stack.outputs["RelayFunctionName"])
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def count_unpublished(stack: Stack) -> int:
    """Return the number of stored events that are unpublished."""
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs["EventsTableName"], IndexName="unpublished", Select="COUNT"
    )
    return sum(page["Count"] for page in pages)


def parked(stack: Stack) -> int:
    """Return the number of parked postbacks, including those that drain is processing."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = stack.aws.sqs.get_queue_attributes(QueueUrl=stack.outputs["ParkedQueueUrl"], AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def take_rejected(stack: Stack) -> list[str]:
    """Receive and delete all messages of the rejected queue."""
    sqs, queue = stack.aws.sqs, stack.outputs["RejectedQueueUrl"]
    bodies = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def send_back(stack: Stack, body: str) -> None:
    """Move the rejected postbacks to the parked queue, as SQS's own redrive does, which the local AWS lacks."""
    stack.aws.sqs.send_message(QueueUrl=stack.outputs["ParkedQueueUrl"], MessageBody=body)


def send(stack: Stack, body: bytes) -> Answer:
    """Post to the URL of the whole account."""
    return post(stack.postback_urls["callfinish"], body)


def send_accepted(stack: Stack, body: bytes) -> str:
    """Post a body that is accepted, and return its event's id."""
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "accepted")
    return str(answer.json["id"])


def recover(stack: Stack) -> None:
    """Post until receive calls every service again (see circuit_breaker.py) and all of it is drained."""

    def is_well() -> bool:
        answer = send(stack, new())
        return answer.status == 200 and is_published(stack, answer.json["id"])

    wait_until(is_well)
    wait_until(lambda: not parked(stack))


def drained(stack: Stack, body: bytes) -> str:
    """Wait until a postback is drained, and return its event's id from the answer to a copy."""
    recover(stack)
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "duplicate")
    return str(answer.json["id"])


def received_at(stack: Stack, event_id: str) -> datetime:
    """Return the time of receipt in an event."""
    return datetime.fromisoformat(item(stack, event_id)["event"]["M"]["recordedtime"]["S"])
