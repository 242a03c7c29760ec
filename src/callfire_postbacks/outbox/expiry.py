"""Expiry: apply the current `RetentionDays` to events that were published under an earlier value.

    {"expire": {}, "dry_run": true}

The answer counts the events with a changed expiry so far, and how many of them are now overdue. DynamoDB deletes
overdue events within a few days. If time ran out, the answer contains the request for the remaining events:

    {"events": 20000, "overdue": 12000, "dry_run": false, "next": {"expire": {…}, …}}

Repeating a request is safe.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Final

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.observability import logger

_PAGE: Final = 1_000
_THREADS: Final = 8
_TOLERANCE_SECONDS: Final = 86_400
"""Publishing counts from the publication, this module from the arrival seconds earlier; such a difference is ignored.
"""


def run(request: dict[str, Any], *, deadline: float) -> dict[str, Any]:
    """Change the expiry of published events until `deadline`, a time of the monotonic clock.

    Raises botocore's errors.
    """
    dry_run, after = request.get("dry_run", False), request.get("after")
    events, overdue = request.get("events", 0), request.get("overdue", 0)
    with ThreadPoolExecutor(_THREADS) as threads:
        while True:
            items, after = _page(after)
            changes = {item["id"]["S"]: _expiry(item) for item in items if _is_another(item)}
            overdue += sum(expiry is not None and expiry < time.time() for expiry in changes.values())
            events += len(changes) if dry_run else sum(threads.map(_change, changes, changes.values()))
            logger.info("Expiry goes on", extra={"events": events, "dry_run": dry_run, "after": after})
            if not after or time.monotonic() > deadline:
                break
    rest = {**request, "after": after, "events": events, "overdue": overdue} if after else None
    return {"events": events, "overdue": overdue, "dry_run": dry_run, "next": rest}


def _page(after: Any) -> tuple[list[dict[str, Any]], Any]:  # noqa: ANN401  DynamoDB's key
    scan: Any = partial(dynamodb().scan, ExclusiveStartKey=after) if after else dynamodb().scan
    answer = scan(
        TableName=settings.receiving().events_table,
        Limit=_PAGE,
        FilterExpression="attribute_exists(published_at)",  # unpublished events never expire
        ProjectionExpression="id, received_at, expires_at",
    )
    return answer["Items"], answer.get("LastEvaluatedKey")


def _expiry(item: dict[str, Any]) -> int | None:
    """Return the epoch second at which an item should expire, None for never."""
    retention = settings.receiving().retention_seconds
    return int(datetime.fromisoformat(item["received_at"]["S"]).timestamp()) + retention if retention else None


def _is_another(item: dict[str, Any]) -> bool:
    expiry = _expiry(item)
    known = int(item["expires_at"]["N"]) if "expires_at" in item else None
    if expiry is None or known is None:
        return expiry != known
    return abs(expiry - known) > _TOLERANCE_SECONDS


def _change(event_id: str, expiry: int | None) -> bool:
    """Set an event's expiry, or remove it, unless the event has been deleted meanwhile."""
    client = dynamodb()
    values: dict[str, Any] = {} if expiry is None else {"ExpressionAttributeValues": {":expiry": {"N": str(expiry)}}}
    try:
        client.update_item(
            TableName=settings.receiving().events_table,
            Key={"id": {"S": event_id}},
            UpdateExpression="REMOVE expires_at" if expiry is None else "SET expires_at = :expiry",
            ConditionExpression="attribute_exists(id)",
            **values,
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True
