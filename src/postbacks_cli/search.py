"""Find postbacks by an id of a call, text, campaign or event, or by a phone number, also parked and rejected ones."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from postbacks_cli import phone_numbers
from postbacks_cli.aws.stack import Stack
from postbacks_cli.events import event_search
from postbacks_cli.events.stored_events import Item
from postbacks_cli.queues.rejected_queue import RejectedPostback, reading
from postbacks_cli.terminal.progress import Progress, no_progress


class Found(NamedTuple):
    """The result of a search, and the searched places."""

    items: list[Item]
    """Stored events, newest first, as `stored_events.get` returns them."""
    parked: list[RejectedPostback]
    rejected: list[RejectedPostback]
    looked: list[str]
    """The searched places, for the user."""

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return bool(self.items or self.parked or self.rejected)


def _no_warning() -> None:
    """Ignore that the whole table is read."""


def find(
    stack: Stack,
    text: str,
    *,
    limit: int = 10,
    warn: Callable[[], object] = _no_warning,
    progress: Progress = no_progress,
) -> Found:
    """Find stored events, at most `limit` of them, and parked and rejected postbacks. Raises botocore's errors.

    `warn` is called before the whole table is read.
    """
    text = text.strip()
    _ = stack.aws.dynamodb, stack.aws.sqs, stack.description  # created before threads start
    with ThreadPoolExecutor() as threads:
        parked, rejected = (
            threads.submit(_in_queue, stack, f"{queue}QueueUrl", text, limit) for queue in ("Parked", "Rejected")
        )
        items, looked = event_search.find(stack, text, limit, warn, progress)
        looked += ["the parked queue", "the rejected queue"]
        return Found(items, parked.result(), rejected.result(), looked)


def _in_queue(stack: Stack, queue: str, text: str, limit: int) -> list[RejectedPostback]:
    names = _mentions(text)
    with reading(stack, queue) as postbacks:
        return list(islice((one for one in postbacks if names(one)), limit))


def _mentions(text: str) -> Callable[[RejectedPostback], bool]:
    """Return a function that tells whether a postback, readable or not, contains an id or number, or has that id."""
    number = re.escape(phone_numbers.normalized(text).removeprefix("+1"))
    pattern = re.compile(rf"(?<![\w+])(?:{re.escape(text)}|\+?1?{number})(?!\w)")

    def names(postback: RejectedPostback) -> bool:
        body = postback.postback.replace(b"\0", b"").decode(errors="replace")  # UTF-16 is ASCII with NULs
        return postback.message_id == text or bool(pattern.search(body))

    return names if text else lambda _: False
