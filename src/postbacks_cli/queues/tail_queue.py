"""A temporary queue on the topic, through which `postbacks tail` and the console receive events."""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from postbacks_cli.aws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

    from callfire_events.envelope import EventDocument

_POLL_SECONDS: Final = 1
_MAX_MESSAGES: Final = 10
_MAX_QUEUE_NAME: Final = 80
"""In characters; a stack's name may be longer."""
_ENDING_BYTES: Final = 4
_TEMPORARY: Final = re.compile(r"-(?:tail|console)-[0-9a-f]{8}$")


class Arrival(NamedTuple):
    """An event that the topic published."""

    event: "EventDocument"
    is_replay: bool


@contextmanager
def subscribed(stack: Stack, policy: Mapping[str, Any], *, purpose: str = "tail") -> Iterator[str]:
    """Create a queue, subscribe it to the topic with a filter policy, yield its URL, and finally remove both.

    The queue is named after the stack and the purpose. Raises botocore's errors.
    """
    topic_arn = stack.output("EventsTopicArn")
    ending = f"-{purpose}-{secrets.token_hex(_ENDING_BYTES)}"
    name = stack.name[: _MAX_QUEUE_NAME - len(ending)] + ending
    queue_arn = ":".join([*topic_arn.split(":")[:5], name]).replace(":sns:", ":sqs:", 1)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    # Set the policy on creation: a change to a queue may take a minute.
    attributes: dict[QueueAttributeNameType, str] = {
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "MessageRetentionPeriod": "3600",
        "SqsManagedSseEnabled": "true",
    }
    options = {"RawMessageDelivery": "true"} | ({"FilterPolicy": json.dumps(policy)} if policy else {})
    with ExitStack() as removal:
        queue_url = stack.aws.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        removal.callback(stack.aws.sqs.delete_queue, QueueUrl=queue_url)
        subscription = stack.aws.sns.subscribe(
            TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=options, ReturnSubscriptionArn=True
        )
        removal.callback(stack.aws.sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])
        yield queue_url


def is_temporary(queue_arn: str) -> bool:
    """Return whether a subscriber of the topic is the queue of a `tail` or a console."""
    return bool(_TEMPORARY.search(queue_arn))


def receive(stack: Stack, queue_url: str, *, at_most: int | None = None) -> Iterator[Arrival]:
    """Yield events that arrive within about a second, and delete each afterwards. Raises botocore's errors."""
    received = stack.aws.sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=min(at_most or _MAX_MESSAGES, _MAX_MESSAGES),
        MessageAttributeNames=["replayed"],
        WaitTimeSeconds=_POLL_SECONDS,
    ).get("Messages", [])
    for message in received:
        yield Arrival(json.loads(message["Body"]), "replayed" in message.get("MessageAttributes", {}))
        stack.aws.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
