"""The table of events: each event once, with the raw postback and the state of its publication.

An item is written with the attribute `unpublished`, which `mark_published` removes when the event is on the topic.
The attribute is the key of a sparse index, so the index holds the unpublished events, whatever happened in between.
Its value is the first digit of the event's id, which spreads the index over sixteen partition keys.

Only a published event is ever deleted by age: `mark_published` sets `expires_at`.
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from botocore.exceptions import ClientError

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
_SMALL: Final = 4  # zlib's usual tables take longer to clear than a postback to compress, and make it no smaller


class StoredEvent(NamedTuple):
    """An event as the table holds it."""

    event: EventDocument
    received_at: datetime
    published: bool


def partition_of(event_id: str) -> str:
    """Return the partition key under which an unpublished event is indexed."""
    return event_id[0]


def put(event: EventDocument, postback: Postback) -> StoredEvent | None:
    """Store an event of a postback that is not there yet, marked unpublished.

    Returns None where it is stored now, and the item that was there before where it is not (DynamoDB sends it
    along with the refusal). Raises botocore's errors where DynamoDB does not answer.
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
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        earlier = cast("dict[str, Any]", error.response)["Item"]
        # A put whose answer was lost is sent again by botocore, and then refused on account of itself.
        is_own = (
            earlier["received_at"]["S"] == item["received_at"] and earlier["subscription"]["S"] == postback.subscription
        )
        return None if is_own and error.response["ResponseMetadata"]["RetryAttempts"] else _stored(earlier)
    return None


def mark_published(event_id: str, *, published_at: datetime, replay: str | None = None) -> None:
    """Record that an event is on the topic: for the first time, or for the replay that was asked for at a time.

    Nothing is recorded on an item that has been deleted meanwhile, nor against a replay that came in between:

        0 s  a relay, slow today, publishes an event that another one has published and settled
        1 s  an operator asks for a replay: the item is marked again, with `replay` set to this moment
        2 s  the slow relay settles: without the condition it would take off the mark of the replay
        9 s  the relay publishes the replay, and settles on the condition that `replay` is the one it saw

    Raises botocore's errors.
    """
    with suppress(dynamodb().exceptions.ConditionalCheckFailedException):
        dynamodb().update_item(**_publication_update(event_id, published_at, replay))


def mark_all_published(replays: Mapping[str, str | None], *, published_at: datetime) -> None:
    """Settle up to ten events, which is as much as `settle` of each, in one call where it can be.

    Maps ids to their replays. Raises botocore's errors.
    """
    # A transaction costs twice the capacity, and a tenth of the time that a backlog takes.
    updates = [_publication_update(event_id, published_at, replay) for event_id, replay in replays.items()]
    try:
        dynamodb().transact_write_items(TransactItems=[{"Update": update} for update in updates])
    except dynamodb().exceptions.TransactionCanceledException:
        # One of them cannot be settled, or not now; it must not keep the mark on the others.
        for event_id, replay in replays.items():
            mark_published(event_id, published_at=published_at, replay=replay)


def _publication_update(event_id: str, published_at: datetime, replay: str | None) -> "UpdateTypeDef":
    update = "SET published_at = :now"
    values: dict[str, AttributeValueTypeDef] = {":now": {"S": format_timestamp(published_at)}}
    if replay is not None:
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
    """Return the id of the call or text for the index `by_subject`. Campaigns have an index already."""
    collection, _, identity = event.get("subject", "").partition("/")
    return {"subject_id": identity} if identity and collection != "campaigns" else {}


def _gzip(postback: bytes) -> bytes:
    packer = zlib.compressobj(wbits=_GZIP, memLevel=_SMALL)
    return packer.compress(postback) + packer.flush()


def _stored(item: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        event=from_attribute_value(item["event"]),
        received_at=datetime.fromisoformat(item["received_at"]["S"]),
        published="published_at" in item,  # and not: no mark, since a replay marks what has been published
    )
