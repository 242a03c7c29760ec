"""The unpublished events, as the relay finds them: through the index of the attribute `unpublished`.

Newest first: a new event must not wait behind a replay of last year's events, nor behind an event that SNS always
rejects, which would stay at the head of its partition forever.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from callfire_events.envelope import format_timestamp
from callfire_postbacks import settings
from callfire_postbacks.aws.attribute_values import from_attribute_value
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.observability import describe, logger

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_PAGE: Final = 40
"""Items in one read: 40 of the largest (400 KiB) fill DynamoDB's 16 MiB."""


class UnpublishedEvent(NamedTuple):
    """An event that is to be published, or published again."""

    event: "EventDocument"
    waiting_since: datetime
    """The time at which it was received, or its replay requested."""
    replay: str | None
    """The timestamp of the replay request, as stored in the item."""
    published_before: bool


class Page(NamedTuple):
    """Some of the unpublished events of a partition."""

    events: list[UnpublishedEvent]
    unreadable: list[str]
    """Ids of items that contain no event, or could not be read now."""


def pages(part: str, *, before: datetime) -> Iterator[Page]:
    """Return unpublished events of a partition, received before a given time, newest first.

    Raises botocore's errors.
    """
    for found in dynamodb().get_paginator("query").paginate(**_query(part, before, newest_first=True)):
        if found["Items"]:
            yield _read(found["Items"])


def oldest(part: str, *, before: datetime) -> datetime | None:
    """Return the time since which the oldest event of a partition has been waiting, None if none is.

    Raises botocore's errors.
    """
    found = dynamodb().query(**_query(part, before, newest_first=False))["Items"]
    if not found:
        return None
    page = _read(found)
    waiting = [event.waiting_since for event in page.events]
    unreadable = [item["received_at"]["S"] for item in found if item["id"]["S"] in page.unreadable]
    return min([*waiting, *map(datetime.fromisoformat, unreadable)], default=None)


def _query(part: str, before: datetime, *, newest_first: bool) -> dict[str, Any]:
    return {
        "TableName": settings.receiving().events_table,
        "IndexName": "unpublished",
        "KeyConditionExpression": "unpublished = :part AND received_at < :before",
        "ExpressionAttributeValues": {":part": {"S": part}, ":before": {"S": format_timestamp(before)}},
        "ScanIndexForward": not newest_first,
        "Limit": _PAGE,
    }


def _read(found: list[dict[str, Any]]) -> Page:
    # The index lags behind the table, so a listed event may be published already; the item itself decides.
    answer = dynamodb().batch_get_item(
        RequestItems={
            settings.receiving().events_table: {
                "Keys": [{"id": item["id"]} for item in found],
                "ProjectionExpression": "id, event, received_at, unpublished, published_at, replay",
                "ConsistentRead": True,
            }
        }
    )
    unprocessed = answer["UnprocessedKeys"]
    page = Page(
        [], [key["id"]["S"] for key in unprocessed[settings.receiving().events_table]["Keys"]] if unprocessed else []
    )
    for item in answer["Responses"].get(settings.receiving().events_table, []):
        if "unpublished" not in item:
            continue
        try:
            page.events.append(_unpublished(item))
        except Exception as error:  # noqa: BLE001  an unreadable item must not block the others
            logger.error("Item holds no event", extra={"event_id": item["id"]["S"], **describe(error)})
            page.unreadable.append(item["id"]["S"])
    return page


def _unpublished(item: dict[str, Any]) -> UnpublishedEvent:
    replay = item["replay"]["S"] if "replay" in item else None
    return UnpublishedEvent(
        event=from_attribute_value(item["event"]),
        waiting_since=datetime.fromisoformat(replay or item["received_at"]["S"]),
        replay=replay,
        published_before="published_at" in item,
    )
