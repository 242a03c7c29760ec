"""The table of events: each event once, with the raw postback and its publication status.

An item is written with the attribute `unpublished`; `mark_published` removes it when the event is on the topic. The
attribute is the key of a sparse index, so after any failure the index still lists all unpublished events. Its value
is the first digit of the event's id, which spreads the index over sixteen partition keys.

Only published events expire: `mark_published` sets `expires_at`.
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from callfire_events.envelope import EventDocument, format_timestamp
from callfire_postbacks import settings
from callfire_postbacks.aws.attribute_values import from_attribute_value, to_attribute_value
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.postback import Postback

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateTypeDef

PARTITIONS: Final = "0123456789abcdef"
"""The partition keys of the index of unpublished events."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_SMALL: Final = 4  # clearing zlib's default tables takes longer than compressing a postback, and saves no bytes


class StoredEvent(NamedTuple):
    """An event as stored in the table."""

    event: EventDocument
    received_at: datetime
    published: bool


def partition_of(event_id: str) -> str:
    """Return the partition key of an unpublished event in the index."""
    return event_id[0]


def put(event: EventDocument, postback: Postback) -> StoredEvent | None:
    """Store an event of a postback as unpublished, unless it is stored already.

    Returns None if it is stored now, otherwise the existing item (DynamoDB returns it with the failed condition).
    Raises botocore's errors if DynamoDB does not answer.
    """
    data = event["data"]
    item: dict[str, Any] = {
        **{key: data[key] for key in ("campaign_id", "phone_number") if key in data},
        "id": event["id"],
        "time": event["time"],
        "event": event,
        "received_at": format_timestamp(postback.received_at),
        "subscription": postback.subscription,
        "unpublished": partition_of(event["id"]),
        **({"is_text": True} if postback.is_text else {}),
        **({"headers": dict(postback.headers)} if "repairs" in data and postback.headers else {}),
        **_subject_id(event),
    }
    raw: AttributeValueTypeDef = {"B": _gzip(postback.body)}
    try:
        dynamodb().put_item(
            TableName=settings.receiving().events_table,
            Item={name: to_attribute_value(value) for name, value in item.items()} | {"raw": raw},
            ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except dynamodb().exceptions.ConditionalCheckFailedException as error:
        earlier = cast("dict[str, Any]", error.response)["Item"]
        # If the answer to a put is lost, botocore retries it, and the condition fails because of the first attempt.
        is_own = (
            earlier["received_at"]["S"] == item["received_at"] and earlier["subscription"]["S"] == postback.subscription
        )
        return None if is_own and error.response["ResponseMetadata"]["RetryAttempts"] else _stored(earlier)
    return None


def mark_published(event_id: str, *, published_at: datetime, replay: str | None = None) -> None:
    """Record that an event is on the topic: for the first time, or for the replay requested at a given time.

    Does nothing if the item was deleted meanwhile, or if a replay was requested in between:

        0 s  a slow relay publishes an event that another run has already published and marked as published
        1 s  an operator requests a replay: the event is unpublished again, with `replay` set to this time
        2 s  the slow relay marks the event as published: without the condition, the replay would be lost
        9 s  the relay publishes the replay, and marks it on the condition that `replay` is unchanged

    Raises botocore's errors.
    """
    with suppress(dynamodb().exceptions.ConditionalCheckFailedException):
        dynamodb().update_item(**_publication_update(event_id, published_at, replay))


def mark_all_published(replays: Mapping[str, str | None], *, published_at: datetime) -> None:
    """Mark up to ten events as published, as `mark_published` does, if possible in one call.

    `replays` maps event ids to their replay timestamps. Raises botocore's errors.
    """
    # A transaction costs twice the capacity, but processes a backlog in a tenth of the time.
    updates = [_publication_update(event_id, published_at, replay) for event_id, replay in replays.items()]
    try:
        dynamodb().transact_write_items(TransactItems=[{"Update": update} for update in updates])
    except dynamodb().exceptions.TransactionCanceledException:
        # One of them cannot be marked, or not now; mark the others one by one.
        for event_id, replay in replays.items():
            mark_published(event_id, published_at=published_at, replay=replay)


def _publication_update(event_id: str, published_at: datetime, replay: str | None) -> "UpdateTypeDef":
    update = "SET published_at = if_not_exists(published_at, :now)"
    values: dict[str, AttributeValueTypeDef] = {":now": {"S": format_timestamp(published_at)}}
    if replay is not None:
        update += ", replayed_at = :now"
        values[":replay"] = {"S": replay}
    retention_seconds = settings.receiving().retention_seconds
    if retention_seconds:
        update += ", expires_at = if_not_exists(expires_at, :expires)"
        values[":expires"] = {"N": str(int(published_at.timestamp()) + retention_seconds)}
    return {
        "TableName": settings.receiving().events_table,
        "Key": {"id": {"S": event_id}},
        "UpdateExpression": f"{update} REMOVE unpublished, replay",
        "ConditionExpression": "replay = :replay"
        if replay
        else "attribute_exists(id) AND attribute_not_exists(replay)",
        "ExpressionAttributeValues": values,
    }


def _subject_id(event: EventDocument) -> dict[str, str]:
    """Return the id of the call or text for the index `by_subject`. Campaigns have their own index."""
    collection, _, identity = event.get("subject", "").partition("/")
    return {"subject_id": identity} if identity and collection != "campaigns" else {}


def _gzip(postback: bytes) -> bytes:
    packer = zlib.compressobj(wbits=_GZIP, memLevel=_SMALL)
    return packer.compress(postback) + packer.flush()


def _stored(item: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        event=from_attribute_value(item["event"]),
        received_at=datetime.fromisoformat(item["received_at"]["S"]),
        published="published_at" in item,  # not `unpublished`: a replay makes a published event unpublished again
    )
