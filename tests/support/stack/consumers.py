"""Consumers of the topic: SQS queues, subscribed as users subscribe theirs."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

from local.stack import Stack

QUIET_SECONDS = 1
"""Seconds for which a consumer waits for an unexpected message, by default."""


class Message(NamedTuple):
    """A message as the consumer receives it."""

    event: dict[str, Any]
    attributes: dict[str, str]


Receive = Callable[[int], list[Message]]
"""Wait for a number of messages, then for one too many, and return all."""


@contextmanager
def consumer(
    stack: Stack,
    *,
    filter_policy: Mapping[str, Any] | None = None,
    scope: str = "MessageAttributes",
    raw: bool = False,
    quiet_seconds: int = QUIET_SECONDS,
) -> Iterator[Receive]:
    """Subscribe a new queue to the topic, for a while."""
    aws = stack.aws
    queue_url = aws.sqs.create_queue(QueueName=f"consumer-{uuid4()}")["QueueUrl"]
    queue = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    settings = {"RawMessageDelivery": str(raw).lower()}
    if filter_policy:
        settings |= {"FilterPolicy": json.dumps(filter_policy), "FilterPolicyScope": scope}
    subscription = aws.sns.subscribe(
        TopicArn=stack.outputs["EventsTopicArn"],
        Protocol="sqs",
        Endpoint=queue["QueueArn"],
        Attributes=settings,
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]

    def receive(due: int) -> list[Message]:
        messages: list[Message] = []
        while True:
            batch = aws.sqs.receive_message(
                QueueUrl=queue_url,
                MaxNumberOfMessages=10,
                MessageAttributeNames=["All"],
                WaitTimeSeconds=10 if len(messages) < due else quiet_seconds,
            ).get("Messages", [])
            if not batch:
                return messages
            for message in batch:
                messages.append(_raw(message) if raw else _wrapped(message))
                aws.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])

    try:
        yield receive
    finally:
        aws.sns.unsubscribe(SubscriptionArn=subscription)
        aws.sqs.delete_queue(QueueUrl=queue_url)


def _raw(message: Mapping[str, Any]) -> Message:
    """Read a raw message: the body is the event, and the attributes are SQS's."""
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    return Message(json.loads(message["Body"]), attributes)


def _wrapped(message: Mapping[str, Any]) -> Message:
    """Read a wrapped message: the body is SNS's notification, which holds event and attributes."""
    notification = json.loads(message["Body"])
    attributes = {name: value["Value"] for name, value in notification["MessageAttributes"].items()}
    return Message(json.loads(notification["Message"]), attributes)
