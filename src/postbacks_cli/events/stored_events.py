"""Read the table of events for an operator: a whole selection, its newest events, or one event."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from callfire_postbacks.aws.attribute_values import from_attribute_value
from postbacks_cli.aws.stack import Stack
from postbacks_cli.events import scan
from postbacks_cli.events.selection import Selection
from postbacks_cli.terminal.progress import Progress, no_progress

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

Item = dict[str, Any]
"""An item of the table in plain values, with `raw` still compressed."""

_AT_ONCE: Final = 100
"""The most items in one DynamoDB read by key."""
_PAGE: Final = 1_000
"""Entries of an index in one call: 100 KB."""

_TIMES: Final = {
    "FilterExpression": "#time BETWEEN :since AND :until AND received_at BETWEEN :received_since AND :received_until",
    "ProjectionExpression": "event",
    "ExpressionAttributeNames": {"#time": "time"},
}


def select(stack: Stack, selection: Selection, progress: Progress = no_progress) -> "Iterator[EventDocument]":
    """Yield the events of a selection. Raises botocore's errors.

    For a campaign or phone number an index returns them newest first. Otherwise the whole table is read, in no order.
    """
    found = _scan(stack, selection, progress) if _needs_scan(selection) else _query(stack, selection, progress)
    return filter(selection.takes, found)


def newest(stack: Stack, selection: Selection, limit: int, progress: Progress = no_progress) -> "list[EventDocument]":
    """Return the newest events of a selection, newest first. Raises botocore's errors."""
    found = select(stack, selection, progress)
    if _needs_scan(selection):
        return heapq.nlargest(limit, found, key=lambda event: (event["time"], event["recordedtime"]))
    return list(islice(found, limit))


def get(stack: Stack, event_id: str) -> Item | None:
    """Return the current item of an event. Raises botocore's errors."""
    found = stack.aws.dynamodb.get_item(
        TableName=stack.output("EventsTableName"), Key={"id": {"S": event_id}}, ConsistentRead=True
    )
    return _plain(found["Item"]) if "Item" in found else None


def get_all(stack: Stack, ids: Iterable[str]) -> list[Item]:
    """Return the items of events in the order of their ids, without deleted ones. Raises botocore's errors."""
    batches = _batches(list(dict.fromkeys(ids)))
    return [_plain(item) for batch in batches for item in _read(stack, batch)]


def ids_in_index(stack: Stack, index: str, attribute: str, key: str, selection: Selection) -> Iterator[list[str]]:
    """Yield the ids that an index has for a key, newest first, page by page. Raises botocore's errors."""
    since, until = selection.time
    for page in stack.aws.dynamodb.get_paginator("query").paginate(
        TableName=stack.output("EventsTableName"),
        IndexName=index,
        KeyConditionExpression=f"{attribute} = :key AND #time BETWEEN :since AND :until",
        ExpressionAttributeNames={"#time": "time"},
        ExpressionAttributeValues={":key": {"S": key}, ":since": {"S": since}, ":until": {"S": until}},
        ScanIndexForward=False,
        PaginationConfig={"PageSize": _PAGE},
    ):
        yield [item["id"]["S"] for item in page["Items"]]


def _needs_scan(selection: Selection) -> bool:
    return selection.phone is None and selection.campaign is None


def _scan(stack: Stack, selection: Selection, progress: Progress) -> "Iterator[EventDocument]":
    values = dict(zip((":since", ":until"), selection.time, strict=True))
    values |= zip((":received_since", ":received_until"), selection.recordedtime, strict=True)
    limits = {"ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()}}
    return _events(scan.items(stack, _TIMES | limits, progress))


def _query(stack: Stack, selection: Selection, progress: Progress) -> "Iterator[EventDocument]":
    # A phone number has fewer events than a campaign.
    if selection.phone is not None:
        pages = ids_in_index(stack, "by_phone_number", "phone_number", selection.phone, selection)
    else:
        pages = ids_in_index(stack, "by_campaign", "campaign_id", str(selection.campaign), selection)
    done = 0
    for ids in chain.from_iterable(map(_batches, pages)):
        done += len(ids)
        progress(done, None)
        yield from _events(_read(stack, ids, ProjectionExpression="id, event"))


def _batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _read(stack: Stack, ids: list[str], **more: str) -> list[dict[str, Any]]:
    """Read items by at most 100 ids, in this order, without deleted ones."""
    table = stack.output("EventsTableName")
    wanted: Any = {table: {"Keys": [{"id": {"S": one}} for one in ids], **more}} if ids else {}
    found: dict[str, dict[str, Any]] = {}
    while wanted:
        answer = stack.aws.dynamodb.batch_get_item(RequestItems=wanted)
        found |= {item["id"]["S"]: item for item in answer["Responses"].get(table, [])}
        wanted = answer["UnprocessedKeys"]
    return [found[one] for one in ids if one in found]


def _events(items: Iterable[dict[str, Any]]) -> "Iterator[EventDocument]":
    return (from_attribute_value(item["event"]) for item in items)


def _plain(item: dict[str, Any]) -> Item:
    return {name: from_attribute_value(value) for name, value in item.items()}
