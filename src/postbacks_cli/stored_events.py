"""Reads the table of events as an operator does: newest first, by campaign, phone number or time."""

import heapq
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from callfire_events.envelope import format_timestamp
from callfire_postbacks.aws.attribute_values import from_attribute_value
from postbacks_cli.stack import Stack

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_AT_ONCE: Final = 100
"""Items that DynamoDB reads at once by their keys."""


class Selection(NamedTuple):
    """Which events are meant; each that is not None narrows it."""

    campaign: str | None = None
    phone: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    types: frozenset[str] = frozenset()
    """None of them means all."""

    def takes(self, event: "EventDocument") -> bool:
        """Whether an event of the index that was asked is meant."""
        in_campaign = self.campaign is None or event["data"].get("campaign_id") == self.campaign
        return in_campaign and (not self.types or event["type"] in self.types)


def newest(stack: Stack, selection: Selection, limit: int) -> "list[EventDocument]":
    """Return the newest events of a selection, newest first. Raises botocore's errors.

    By campaign or phone number an index finds them. None is sorted by time alone: for that the whole table is read.
    """
    if selection.phone is None and selection.campaign is None:
        return heapq.nlargest(limit, filter(selection.takes, _scan(stack, selection)), key=lambda event: event["time"])
    return list(islice(filter(selection.takes, _query(stack, selection)), limit))


def get(stack: Stack, event_id: str) -> dict[str, Any] | None:
    """Return the item of an event as it is now, with `raw` still compressed. Raises botocore's errors."""
    found = stack.dynamodb.get_item(
        TableName=stack.output("EventsTableName"), Key={"id": {"S": event_id}}, ConsistentRead=True
    )
    return {name: from_attribute_value(value) for name, value in found["Item"].items()} if "Item" in found else None


def _between(selection: Selection) -> Mapping[str, Any]:
    return {
        ":since": {"S": format_timestamp(selection.since) if selection.since else "0"},
        ":until": {"S": format_timestamp(selection.until) if selection.until else "9"},
    }


def _scan(stack: Stack, selection: Selection) -> "Iterator[EventDocument]":
    for page in stack.dynamodb.get_paginator("scan").paginate(
        TableName=stack.output("EventsTableName"),
        FilterExpression="#time BETWEEN :since AND :until",
        ProjectionExpression="event",
        ExpressionAttributeNames={"#time": "time"},
        ExpressionAttributeValues=_between(selection),
    ):
        yield from (from_attribute_value(item["event"]) for item in page["Items"])


def _query(stack: Stack, selection: Selection) -> "Iterator[EventDocument]":
    # A phone number has fewer events than a campaign.
    name, key = ("campaign", selection.campaign) if selection.phone is None else ("phone_number", selection.phone)
    attribute = "campaign_id" if selection.phone is None else "phone_number"
    for page in stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.output("EventsTableName"),
        IndexName=f"by_{name}",
        KeyConditionExpression=f"{attribute} = :key AND #time BETWEEN :since AND :until",
        ExpressionAttributeNames={"#time": "time"},
        ExpressionAttributeValues={":key": {"S": str(key)}, **_between(selection)},
        ScanIndexForward=False,
        PaginationConfig={"PageSize": _AT_ONCE},
    ):
        yield from _read(stack, [item["id"]["S"] for item in page["Items"]])


def _read(stack: Stack, ids: list[str]) -> "list[EventDocument]":
    """Read events by their ids, in this order, without those that are gone by now."""
    table = stack.output("EventsTableName")
    keys = [{"id": {"S": event_id}} for event_id in ids]
    wanted: Any = {table: {"Keys": keys, "ProjectionExpression": "event"}} if keys else {}
    found: dict[str, EventDocument] = {}
    while wanted:
        answer = stack.dynamodb.batch_get_item(RequestItems=wanted)
        for item in answer["Responses"].get(table, []):
            event: EventDocument = from_attribute_value(item["event"])
            found[event["id"]] = event
        wanted = answer["UnprocessedKeys"]
    return [found[event_id] for event_id in ids if event_id in found]
