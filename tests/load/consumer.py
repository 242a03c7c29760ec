"""A consumer that takes all that comes, and remembers the ids."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from local.stack import Stack

_PATIENCE_SECONDS: Final = 150
"""How long nothing may come, where more is due: the relay publishes what was left to it within about two minutes."""


@contextmanager
def consumer(stack: Stack) -> Iterator[Callable[[int], list[str]]]:
    """Subscribe a queue to the topic, for a while; yields what waits for so many events and returns their ids."""
    sqs, sns = stack.aws.sqs, stack.aws.sns
    queue = sqs.create_queue(QueueName="load")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscription = sns.subscribe(
        TopicArn=stack.outputs["EventsTopicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]

    def receive(due: int) -> list[str]:
        ids: list[str] = []
        patient_until = time.monotonic() + _PATIENCE_SECONDS
        while len(set(ids)) < due and time.monotonic() < patient_until:
            messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages")
            if messages:
                ids += [json.loads(message["Body"])["id"] for message in messages]
                handles: Any = [
                    {"Id": str(place), "ReceiptHandle": one["ReceiptHandle"]} for place, one in enumerate(messages)
                ]
                sqs.delete_message_batch(QueueUrl=queue, Entries=handles)
                patient_until = time.monotonic() + _PATIENCE_SECONDS
        return ids

    try:
        yield receive
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)
        sqs.delete_queue(QueueUrl=queue)
