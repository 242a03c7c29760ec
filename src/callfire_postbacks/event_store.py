"""The table of events: each once, with the raw postback and the state of its publication.

An item is written with the mark `unpublished`, and the mark is taken off when its event is on the topic. The mark
is the key of a sparse index: what is in the index has yet to be published, whatever happened in between.
Its value is the first digit of the id, so that the index is spread over sixteen partition keys.
"""

import os
import time
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from botocore.exceptions import ClientError

from callfire_postbacks.attribute_values import from_attribute_value, to_attribute_value
from callfire_postbacks.aws_clients import dynamodb
from callfire_postbacks.envelope import EventDocument, utc

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_TABLE: Final = os.environ["EVENTS_TABLE"]
_RETENTION_SECONDS: Final = int(os.environ["RETENTION_DAYS"]) * 86_400
_GZIP: Final = 16 + zlib.MAX_WBITS


class StoredEvent(NamedTuple):
    """An event as the table holds it."""

    event: EventDocument
    received_at: datetime
    published: bool


def put(event: EventDocument, *, postback: bytes, subscription: str, received_at: datetime) -> StoredEvent | None:
    """Store an event that is not there yet, marked unpublished.

    Returns None where it is stored now, and the item that was there before where it is not (DynamoDB sends it
    along with the refusal). Raises botocore's errors where DynamoDB does not answer.
    """
    data = event["data"]
    item: dict[str, Any] = {
        **{key: data[key] for key in ("campaign_id", "phone_number") if key in data},
        "id": event["id"],
        "time": event["time"],
        "event": event,
        "received_at": utc(received_at),
        "subscription": subscription,
        "unpublished": event["id"][0],
    }
    if _RETENTION_SECONDS:
        item["expires_at"] = int(time.time()) + _RETENTION_SECONDS
    raw: AttributeValueTypeDef = {"B": zlib.compress(postback, wbits=_GZIP)}
    try:
        dynamodb().put_item(
            TableName=_TABLE,
            Item={name: to_attribute_value(value) for name, value in item.items()} | {"raw": raw},
            ConditionExpression="attribute_not_exists(id)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return _stored(cast("dict[str, Any]", error.response)["Item"])
    return None


def settle(event_id: str, *, published_at: datetime) -> None:
    """Record that an event is on the topic. Raises botocore's errors."""
    dynamodb().update_item(
        TableName=_TABLE,
        Key={"id": {"S": event_id}},
        UpdateExpression="SET published_at = :now REMOVE unpublished",
        ExpressionAttributeValues={":now": {"S": utc(published_at)}},
    )


def _stored(item: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        event=from_attribute_value(item["event"]),
        received_at=datetime.fromisoformat(item["received_at"]["S"]),
        published="unpublished" not in item,
    )
