"""Read and change the contents of the tables, the queues and the topic."""

import json
import os
from typing import Any

from callfire_postbacks.aws.clients import dynamodb, sns, sqs
from callfire_postbacks.postback import Postback, parse_message
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.building import TOKEN


def subscribe(subscription: str = "callfinish", *, token: str = TOKEN, until: int = 0) -> None:
    """Make a URL live until a time or forever, as subscribing does."""
    dynamodb().put_item(
        TableName=os.environ["SUBSCRIPTIONS_TABLE"],
        Item={"subscription": {"S": subscription}, "tokens": {"M": {hash_token(token): {"N": str(until)}}}},
    )


def subscriptions() -> list[dict[str, Any]]:
    """Return all items of the subscriptions table, as DynamoDB gives them."""
    found: list[dict[str, Any]] = dynamodb().scan(TableName=os.environ["SUBSCRIPTIONS_TABLE"])["Items"]
    return found


def items() -> list[dict[str, Any]]:
    """Return all items of the events table, as DynamoDB gives them."""
    found: list[dict[str, Any]] = dynamodb().scan(TableName=os.environ["EVENTS_TABLE"])["Items"]
    return found


def is_unpublished() -> bool:
    """Return whether the only item is unpublished."""
    [item] = items()
    return "unpublished" in item


def parked() -> list[Postback]:
    """Return the postbacks in the parked queue."""
    return [parse_message(body).postback for body in _bodies(os.environ["PARKED_QUEUE_URL"])]


def rejected() -> list[tuple[str, Postback]]:
    """Return the postbacks in the rejected queue, each with its reason."""
    bodies = _bodies(os.environ["REJECTED_QUEUE_URL"])
    return [(message.reason or "", message.postback) for message in map(parse_message, bodies)]


def consumer(
    filter_policy: dict[str, Any] | None = None, *, scope: str = "MessageAttributes", name: str = "Consumer"
) -> str:
    """Subscribe a queue to the topic, with raw delivery, and return its URL."""
    queue: str = sqs().create_queue(QueueName=name)["QueueUrl"]
    arn = sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {"RawMessageDelivery": "true"}
    if filter_policy:
        attributes |= {"FilterPolicy": json.dumps(filter_policy), "FilterPolicyScope": scope}
    sns().subscribe(TopicArn=os.environ["EVENTS_TOPIC_ARN"], Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return queue


def delete(event_id: str) -> None:
    """Delete an event, as DynamoDB does when it expires."""
    dynamodb().delete_item(TableName=os.environ["EVENTS_TABLE"], Key={"id": {"S": event_id}})


def consumed(queue: str) -> list[dict[str, Any]]:
    """Return the events that a consumer received."""
    return [json.loads(body) for body in _bodies(queue)]


def _bodies(queue: str) -> list[str]:
    bodies: list[str] = []
    while messages := sqs().receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [message["Body"] for message in messages]
    return bodies
