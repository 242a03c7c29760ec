"""Read the rejected queue, or the parked one, without removing anything.

SQS can show messages only by receiving them. So received messages stay hidden for a while, so that the next call
returns others, and become visible again as soon as the reader is done. Other programs do not see them in the meantime;
readers in one program, such as two pages of the console, take turns. A crash loses nothing: hidden messages become
visible again by themselves.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from callfire_events.envelope import format_timestamp
from callfire_postbacks.postback import parse_message
from postbacks_cli.aws.stack import Stack
from postbacks_cli.queues import attributes
from postbacks_cli.terminal.progress import Progress, no_progress

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HOLD_SECONDS: Final = 120
"""Enough time to read tens of thousands of messages."""
_AT_ONCE: Final = 10
_WAIT_SECONDS: Final = 1
"""Long polling: SQS asks all of its servers, so that an empty answer means an empty queue. A local AWS has only one."""

_TURNS: Final = {"ParkedQueueUrl": Lock(), "RejectedQueueUrl": Lock()}

NOT_STORED: Final = "not-stored"
"""The reason of messages that SQS moved here, because they could not be stored for 83 hours."""


class RejectedPostback(NamedTuple):
    """A message of the rejected queue."""

    message_id: str
    reason: str
    """Why it was rejected, in one word."""
    subscription: str | None
    received_at: str | None
    rejected_at: str
    postback: bytes
    """The raw body; the message itself, if this stack did not write it."""
    message: str
    receipt_handle: str
    line: int | None = None
    column: int | None = None
    """The position of the body's error, both from 1; None if it is unknown, or has no single position."""
    is_text: bool = True
    """Whether the body is UTF-8, whatever encoding it declares."""

    @property
    def content(self) -> bytes:
        """Identifies a postback by its content, so that two messages with the same postback are equal."""
        return sha256(f"{self.subscription} {self.received_at} ".encode() + self.postback).digest()

    def described(self) -> dict[str, str | int]:
        """Return all fields except the postback itself."""
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
def reading(
    stack: Stack, queue: str = "RejectedQueueUrl", *, progress: Progress = no_progress
) -> Iterator[Iterator[RejectedPostback]]:
    """Read the queue that an output names, each message once; in the end, make the received messages visible again."""
    queue_url = stack.output(queue)
    about = None if progress is no_progress else attributes.depth(stack, queue)
    held: dict[str, str] = {}
    with _TURNS[queue]:
        try:
            yield _read(stack, queue_url, held, lambda done: progress(done, about))
        finally:
            _give_back(stack, queue_url, list(held.values()))


def _read(
    stack: Stack, queue_url: str, held: dict[str, str], tell: Callable[[int], object]
) -> Iterator[RejectedPostback]:
    while True:
        received = stack.aws.sqs.receive_message(
            QueueUrl=queue_url,
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=HOLD_SECONDS,
            WaitTimeSeconds=0 if stack.endpoint_url else _WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
        ).get("Messages", [])
        new = [message for message in received if message["MessageId"] not in held]
        held |= {message["MessageId"]: message["ReceiptHandle"] for message in received}
        if not new:  # the end, or a queue so long that its beginning is visible again
            return
        for message in new:
            yield _parse(message)
        tell(len(held))


def _parse(received: "MessageTypeDef") -> RejectedPostback:
    sent = datetime.fromtimestamp(int(received["Attributes"]["SentTimestamp"]) / 1000, UTC)
    text = received["Body"]
    foreign = RejectedPostback(
        received["MessageId"],
        reason="no-postback",
        subscription=None,
        received_at=None,
        rejected_at=format_timestamp(sent),
        postback=text.encode(),
        message=text,
        receipt_handle=received["ReceiptHandle"],
    )
    try:
        postback, reason, position = parse_message(text)
    except ValueError:
        return foreign
    line, column = position or (None, None)
    return foreign._replace(
        reason=reason or NOT_STORED,
        subscription=postback.subscription,
        received_at=format_timestamp(postback.received_at),
        postback=postback.body,
        line=line,
        column=column,
        is_text=postback.is_text,
    )


def _give_back(stack: Stack, queue_url: str, receipt_handles: list[str]) -> None:
    # SQS rejects messages that have been deleted meanwhile, one by one, which can be ignored.
    for start in range(0, len(receipt_handles), _AT_ONCE):
        stack.aws.sqs.change_message_visibility_batch(
            QueueUrl=queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": receipt_handle, "VisibilityTimeout": 0}
                for number, receipt_handle in enumerate(receipt_handles[start : start + _AT_ONCE])
            ],
        )
