"""Find postbacks by an id of a call, text, campaign or event, or by a phone number.

Indexes answer in a few DynamoDB calls, however large the table is. They cannot find the beginning of an event's id, nor
call ids of events from releases before the index `by_subject`. So if the indexes find nothing, the whole table is read.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from postbacks_cli import phone_numbers, scan, stored_events
from postbacks_cli.rejected_queue import RejectedPostback, reading
from postbacks_cli.selection import Selection
from postbacks_cli.stack import Stack
from postbacks_cli.stored_events import Item

_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_BEGINNING: Final = re.compile(r"[0-9a-f]{6,31}")
"""Of an event's id: at least six digits, because fewer would match too many."""
_SUBJECTS: Final = ("calls", "texts", "campaigns")
"""All collections of events from before the index of subjects."""
_INDEXES: Final = {"by_subject": "subject_id", "by_campaign": "campaign_id", "by_phone_number": "phone_number"}
_UNKNOWN_INDEX: Final = "ValidationException"
"""DynamoDB's error code for an index that an earlier release's table does not have."""


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


def find(stack: Stack, text: str, *, limit: int = 10, progress: scan.Progress = scan.no_progress) -> Found:
    """Find stored events, at most `limit` of them, and parked and rejected postbacks. Raises botocore's errors."""
    text = text.strip()
    _ = stack.dynamodb, stack.sqs, stack.description  # created before threads start
    with ThreadPoolExecutor() as threads:
        parked, rejected = (
            threads.submit(_in_queue, stack, f"{queue}QueueUrl", text, limit) for queue in ("Parked", "Rejected")
        )
        items, looked = find_stored(stack, text, limit=limit, progress=progress)
        looked += ["the parked queue", "the rejected queue"]
        return Found(items, parked.result(), rejected.result(), looked)


def find_stored(
    stack: Stack, text: str, *, limit: int = 10, progress: scan.Progress = scan.no_progress
) -> tuple[list[Item], list[str]]:
    """Find only stored events, and return where they were searched. Raises botocore's errors."""
    looked = ["events by id, call or text id, campaign and phone number"]
    items = _by_indexes(stack, text, limit)
    if not items:
        looked.append("the whole table of events, by call or text id and beginning of an event's id")
        items = _by_scan(stack, text, limit, progress)
    return sorted(items, key=lambda item: item["time"], reverse=True)[:limit], looked


def _by_indexes(stack: Stack, text: str, limit: int) -> list[Item]:
    if _EVENT_ID.fullmatch(text.lower()):
        item = stored_events.get(stack, text.lower())
        return [item] if item else []
    keys = {"by_phone_number": phone_numbers.normalized(text)}
    _ = stack.dynamodb  # created before threads start

    def ids(index: str) -> list[str]:
        return list(islice(_ids(stack, index, keys.get(index, text)), limit + 1))

    with ThreadPoolExecutor() as threads:
        found = [one for ids_of_index in threads.map(ids, _INDEXES) for one in ids_of_index]
    return stored_events.get_all(stack, found)


def _ids(stack: Stack, index: str, key: str) -> Iterator[str]:
    if not key:
        return
    try:
        for page in stored_events.ids_in_index(stack, index, _INDEXES[index], key, Selection()):
            yield from page
    except ClientError as error:
        if error.response["Error"]["Code"] != _UNKNOWN_INDEX:
            raise


def _by_scan(stack: Stack, text: str, limit: int, progress: scan.Progress) -> list[Item]:
    subjects = {f":subject{number}": f"{name}/{text}" for number, name in enumerate(_SUBJECTS)}
    condition, values = f"event.subject IN ({', '.join(subjects)})", subjects
    if _BEGINNING.fullmatch(text.lower()):
        condition, values = f"{condition} OR begins_with(id, :beginning)", {**values, ":beginning": text.lower()}
    what: dict[str, Any] = {
        "FilterExpression": condition,
        "ProjectionExpression": "id",
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
    }
    found = [item["id"]["S"] for item in islice(scan.items(stack, what, progress), limit + 1)]
    return stored_events.get_all(stack, found)


def _in_queue(stack: Stack, queue: str, text: str, limit: int) -> list[RejectedPostback]:
    names = _mentions(text)
    with reading(stack, queue) as postbacks:
        return list(islice((one for one in postbacks if names(one)), limit))


def _mentions(text: str) -> Callable[[RejectedPostback], bool]:
    """Return a test whether a postback, readable or not, contains an id or a number, or has it as its message id."""
    number = re.escape(phone_numbers.normalized(text).removeprefix("+1"))
    word = re.compile(rf"(?<![\w+])(?:{re.escape(text)}|\+?1?{number})(?!\w)")

    def names(postback: RejectedPostback) -> bool:
        body = postback.postback.replace(b"\0", b"").decode(errors="replace")  # UTF-16 is ASCII with NULs
        return postback.message_id == text or bool(word.search(body))

    return names if text else lambda _: False
