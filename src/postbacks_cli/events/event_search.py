"""Find stored events by an id of a call, text, campaign or event, or by a phone number.

Indexes answer in a few DynamoDB calls, however large the table is. The prefix of an event's id is the key of no
index, but the entries of an index contain whole ids and are small: reading all of them takes about a second per million
events. If nothing is found there either, the whole table is read: it alone has call ids of events from releases before
the index `by_subject`, and events that are in no index.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from botocore.exceptions import ClientError

from postbacks_cli import phone_numbers
from postbacks_cli.aws.stack import Stack
from postbacks_cli.events import scan, stored_events
from postbacks_cli.events.selection import Selection
from postbacks_cli.events.stored_events import Item
from postbacks_cli.terminal.progress import Progress

_EVENT_ID: Final = re.compile(r"[0-9a-f]{32}")
_BEGINNING: Final = re.compile(r"[0-9a-f]{6,31}")
"""Of an event's id: at least six digits, because fewer would match too many."""
_SUBJECT: Final = re.compile(r"\w{1,31}")
"""A text that may be the id of a call: neither a number with separators nor an event's whole id."""
_SUBJECTS: Final = ("calls", "texts", "campaigns")
"""All collections of events from before the index of subjects."""
_INDEXES: Final = {"by_subject": "subject_id", "by_campaign": "campaign_id", "by_phone_number": "phone_number"}
_EVERY_ID: Final = ("by_subject", "by_campaign")
"""The indexes that together have nearly all events: those of calls and texts, then those of campaigns."""
_UNKNOWN_INDEX: Final = "ValidationException"
"""DynamoDB's error code for an index that an earlier release's table does not have."""


def find(
    stack: Stack, text: str, limit: int, warn: Callable[[], object], progress: Progress
) -> tuple[list[Item], list[str]]:
    """Find stored events, at most `limit` of them, newest first; return where they were searched, too.

    Calls `warn` before the whole table is read. Raises botocore's errors.
    """
    looked = ["events by id, call or text id, campaign and phone number"]
    items = _by_indexes(stack, text, limit)
    if not items and _BEGINNING.fullmatch(text.lower()):
        looked.append("events by the first characters of their ids")
        items = _by_prefix(stack, text.lower(), limit, progress)
    if not items and _SUBJECT.fullmatch(text):
        warn()
        looked.append("the whole table of events")
        items = _by_scan(stack, text, limit, progress)
    return sorted(items, key=lambda item: (item["time"], item["received_at"]), reverse=True)[:limit], looked


def _by_indexes(stack: Stack, text: str, limit: int) -> list[Item]:
    if _EVENT_ID.fullmatch(text.lower()):
        item = stored_events.get(stack, text.lower())
        return [item] if item else []
    keys = {"by_phone_number": phone_numbers.normalized(text)}
    _ = stack.aws.dynamodb  # created before threads start

    def ids(index: str) -> list[str]:
        return list(islice(_ids(stack, index, keys.get(index, text)), limit + 1))

    with ThreadPoolExecutor() as threads:
        found = [one for ids_of_index in threads.map(ids, _INDEXES) for one in ids_of_index]
    return stored_events.get_all(stack, found)


def _ids(stack: Stack, index: str, key: str) -> Iterator[str]:
    if not key:
        return
    with _without_index():
        for page in stored_events.ids_in_index(stack, index, _INDEXES[index], key, Selection()):
            yield from page


def _by_prefix(stack: Stack, prefix: str, limit: int, progress: Progress) -> list[Item]:
    what = {"FilterExpression": "begins_with(id, :prefix)", "ExpressionAttributeValues": {":prefix": prefix}}
    for index in _EVERY_ID:
        with _without_index():
            if found := _scan(stack, {"IndexName": index, **what}, limit, progress):
                return found
    return []


def _by_scan(stack: Stack, text: str, limit: int, progress: Progress) -> list[Item]:
    values = {f":subject{number}": f"{name}/{text}" for number, name in enumerate(_SUBJECTS)}
    condition = f"event.subject IN ({', '.join(values)})"
    if _BEGINNING.fullmatch(text.lower()):
        condition, values = f"{condition} OR begins_with(id, :prefix)", {**values, ":prefix": text.lower()}
    return _scan(stack, {"FilterExpression": condition, "ExpressionAttributeValues": values}, limit, progress)


def _scan(stack: Stack, what: dict[str, Any], limit: int, progress: Progress) -> list[Item]:
    values = {name: {"S": value} for name, value in what["ExpressionAttributeValues"].items()}
    request = {**what, "ProjectionExpression": "id", "ExpressionAttributeValues": values}
    found = islice(scan.items(stack, request, progress), limit + 1)
    return stored_events.get_all(stack, (item["id"]["S"] for item in found))


@contextmanager
def _without_index() -> Iterator[None]:
    """Skip an index that the table does not have."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != _UNKNOWN_INDEX:
            raise
