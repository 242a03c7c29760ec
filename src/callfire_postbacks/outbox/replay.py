"""Replay: make stored events unpublished again, so that the relay publishes them once more with the same id.

A request selects by id, by campaign or by time. With "dry_run" it only counts the events:

    {"replay": {"ids": ["2c4f…", …]}, "dry_run": true}
    {"replay": {"campaign_id": "22222"}}
    {"replay": {"campaign_id": "22222", "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}}
    {"replay": {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}}

"from" and "to", both inclusive, are compared with the event's `time`. The answer counts the events found so far. If
time ran out, it contains the request for the remaining events. Repeating a request is safe:

    {"events": 20000, "dry_run": false, "next": {"replay": {…}, "after": {…}, "events": 20000}}
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from callfire_events.envelope import format_timestamp
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.observability import logger
from callfire_postbacks.outbox.store import partition_of

_MAX_IDS: Final = 100
"""The most items that one DynamoDB read accepts."""
_PAGE: Final = 1_000
"""Items that one query or scan returns."""
_THREADS: Final = 8


class ReplayRequestError(ValueError):
    """The request selects nothing that can be replayed; the message says why."""


def run(request: dict[str, Any], *, deadline: float) -> dict[str, Any]:
    """Make the selected events unpublished, until `deadline` of the monotonic clock.

    Raises ReplayRequestError if the request selects nothing that can be replayed, and botocore's errors.
    """
    dry_run = request.get("dry_run", False)
    asked_at = format_timestamp(datetime.now(UTC))
    events, after = request.get("events", 0), None
    with ThreadPoolExecutor(_THREADS) as threads:
        for ids, after in _pages(request["replay"], request.get("after")):
            events += len(ids) if dry_run else sum(threads.map(partial(_unpublish, asked_at=asked_at), ids))
            logger.info("Replay goes on", extra={"events": events, "dry_run": dry_run, "after": after})
            if time.monotonic() > deadline:
                break
    rest = {**request, "after": after, "events": events} if after else None
    return {"events": events, "dry_run": dry_run, "next": rest}


def _unpublish(event_id: str, *, asked_at: str) -> bool:
    """Make an event unpublished, unless it has been deleted. An event that is already waiting is published once."""
    client = dynamodb()
    try:
        client.update_item(
            TableName=settings.receiving().events_table,
            Key={"id": {"S": event_id}},
            UpdateExpression="SET unpublished = :part, replay = :asked_at",
            ConditionExpression="attribute_exists(id)",
            ExpressionAttributeValues={":part": {"S": partition_of(event_id)}, ":asked_at": {"S": asked_at}},
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _pages(selection: dict[str, Any], after: Any) -> Iterator[tuple[list[str], Any]]:  # noqa: ANN401  JSON
    """Yield pages of ids, each with the position at which the next page starts, None after the last page."""
    match selection:
        case {"ids": [str(), *_] as ids, **more} if not more and all(isinstance(one, str) and one for one in ids):
            yield from _existing(ids, after or 0)
        case {"campaign_id": str(campaign_id), **more} if campaign_id and more.keys() <= {"from", "to"}:
            between = _read_timestamp(more.get("from"), "0"), _read_timestamp(more.get("to"), "9")
            yield from _found(dynamodb().query, _of_campaign(campaign_id, *between), after)
        case {"from": str(start), "to": str(end), **more} if not more:
            yield from _found(dynamodb().scan, _between(_read_timestamp(start), _read_timestamp(end)), after)
        case _:
            raise ReplayRequestError(
                '"replay" takes "ids", or "campaign_id", or "from" and "to", or the last three together.'
            )


def _read_timestamp(text: str | None, otherwise: str = "") -> str:
    """Return a timestamp in the format of events' timestamps, so that they can be compared."""
    if text is None:
        return otherwise
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ReplayRequestError('"from" and "to" are times such as "2026-03-01T00:00:00Z".') from None
    if parsed.tzinfo is None:
        raise ReplayRequestError('"from" and "to" name their time zone, such as the Z of "2026-03-01T00:00:00Z".')
    return format_timestamp(parsed)


def _existing(ids: list[str], start: int) -> Iterator[tuple[list[str], int | None]]:
    for position in range(start, len(ids), _MAX_IDS):
        keys = [{"id": {"S": one}} for one in dict.fromkeys(ids[position : position + _MAX_IDS])]
        wanted: Any = {settings.receiving().events_table: {"Keys": keys, "ProjectionExpression": "id"}}
        found: list[str] = []
        while wanted:
            answer = dynamodb().batch_get_item(RequestItems=wanted)
            found += [item["id"]["S"] for item in answer["Responses"].get(settings.receiving().events_table, [])]
            wanted = answer["UnprocessedKeys"]
        following = position + _MAX_IDS
        yield found, following if following < len(ids) else None


def _of_campaign(campaign_id: str, start: str, end: str) -> dict[str, Any]:
    return {
        "IndexName": "by_campaign",
        "KeyConditionExpression": "campaign_id = :campaign_id AND #time BETWEEN :start AND :end",
        "ExpressionAttributeNames": {"#time": "time"},
        "ExpressionAttributeValues": {":campaign_id": {"S": campaign_id}, ":start": {"S": start}, ":end": {"S": end}},
    }


def _between(start: str, end: str) -> dict[str, Any]:
    # Scan the whole table: no index is sorted by time alone, because it would make every postback cost more.
    return {
        "FilterExpression": "#time BETWEEN :start AND :end",
        "ProjectionExpression": "id",
        "ExpressionAttributeNames": {"#time": "time"},
        "ExpressionAttributeValues": {":start": {"S": start}, ":end": {"S": end}},
    }


def _found(read: Any, what: dict[str, Any], after: Any) -> Iterator[tuple[list[str], Any]]:  # noqa: ANN401  botocore's
    while True:
        answer = read(
            TableName=settings.receiving().events_table,
            Limit=_PAGE,
            **what,
            **({"ExclusiveStartKey": after} if after else {}),
        )
        after = answer.get("LastEvaluatedKey")
        yield [item["id"]["S"] for item in answer["Items"]], after
        if not after:
            return
