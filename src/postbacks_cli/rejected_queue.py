"""Reads the rejected queue, or the parked one, without taking anything out of it.

SQS has no way to look at a queue but to receive from it. So what is received is held back for a while, in order that
the next call brings what has not been seen yet, and given back as soon as the reader is done. Whoever else reads in
the meantime does not see it. Nothing is lost if we die: what is held comes back by itself.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from callfire_events.envelope import format_timestamp
from postbacks_cli.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HOLD_SECONDS: Final = 120
"""Enough to see some ten thousands of messages."""
_AT_ONCE: Final = 10
_WAIT_SECONDS: Final = 1
"""Makes SQS ask all of its servers, so that an empty answer means an empty queue."""

NOT_STORED: Final = "not-stored"
"""The reason of what SQS itself moved here, after it could not be stored for 83 hours."""


class RejectedPostback(NamedTuple):
    """A message of the rejected queue."""

    message_id: str
    reason: str
    """Why it is here, in a word."""
    subscription: str | None
    received_at: str | None
    rejected_at: str
    postback: bytes
    """As it came; the message itself, where it is none of ours."""
    message: str
    receipt_handle: str
    line: int | None = None
    column: int | None = None
    """Where the body has its fault, both from 1; None where that is unknown, or the fault is in no one place."""

    @property
    def content(self) -> bytes:
        """What tells two apart that are not the same postback, whatever became of each."""
        return sha256(f"{self.subscription} {self.received_at} ".encode() + self.postback).digest()

    def described(self) -> dict[str, str | int]:
        """Return what is known of it, without the postback itself."""
        known = {
            "id": self.message_id,
            "reason": self.reason,
            "line": self.line,
            "column": self.column,
            "subscription": self.subscription,
            "received_at": self.received_at,
            "rejected_at": self.rejected_at,
            "bytes": len(self.postback),
        }
        return {name: value for name, value in known.items() if value is not None}


@contextmanager
def reading(stack: Stack, queue: str = "RejectedQueueUrl") -> Iterator[Iterator[RejectedPostback]]:
    """Read the queue that an output names, each message once, and give back in the end what has been received."""
    queue_url = stack.output(queue)
    held: dict[str, str] = {}
    try:
        yield _read(stack, queue_url, held)
    finally:
        _give_back(stack, queue_url, list(held.values()))


def _read(stack: Stack, queue_url: str, held: dict[str, str]) -> Iterator[RejectedPostback]:
    while True:
        received = stack.sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=HOLD_SECONDS,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
        ).get("Messages", [])
        new = [message for message in received if message["MessageId"] not in held]
        held |= {message["MessageId"]: message["ReceiptHandle"] for message in received}
        if not new:  # the end, or a queue so long that its beginning is visible again
            return
        yield from map(_parse, new)


def _parse(message: "MessageTypeDef") -> RejectedPostback:
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    text = message["Body"]
    try:
        body = json.loads(text)
        postback, reason = b64decode(body["body"]), str(body.get("reason", NOT_STORED))
        subscription, received_at = str(body["subscription"]), str(body["received_at"])
        line, column = body.get("line"), body.get("column")
    except (ValueError, KeyError, TypeError):
        postback, reason, subscription, received_at = text.encode(), "no-postback", None, None
        line = column = None
    return RejectedPostback(
        message["MessageId"],
        reason,
        subscription,
        received_at,
        format_timestamp(sent),
        postback,
        message=text,
        receipt_handle=message["ReceiptHandle"],
        line=line,
        column=column,
    )


def _give_back(stack: Stack, queue_url: str, receipt_handles: list[str]) -> None:
    # What has been deleted meanwhile is refused, one by one, which says nothing new.
    for start in range(0, len(receipt_handles), _AT_ONCE):
        stack.sqs.change_message_visibility_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": receipt_handle, "VisibilityTimeout": 0}
                for number, receipt_handle in enumerate(receipt_handles[start : start + _AT_ONCE])
            ],
        )
