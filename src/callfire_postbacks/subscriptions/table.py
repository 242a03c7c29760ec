"""The table of subscriptions, as management uses it: read and write whole records, one change at a time.

Every change reads a record, and writes it back only if no other change was written in between, by its `version`.
Attributes that the receiving side writes (see postback_urls.py) do not affect the version.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from botocore.exceptions import ClientError

from callfire_postbacks import settings
from callfire_postbacks.aws.attribute_values import from_attribute_value, to_attribute_value
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.transitions import prune

_ATTEMPTS: Final = 5
_OF_RECEIVE: Final = ("last_postback_at", "signed_at")
"""Attributes that the receiving side may write in between; they are never written back."""


def read(subscription: str) -> Record | None:
    """Return the current record of a subscription. Raises botocore's errors."""
    found = dynamodb().get_item(
        TableName=settings.receiving().subscriptions_table,
        Key={"subscription": {"S": subscription}},
        ConsistentRead=True,
    )
    return _record(found["Item"]) if "Item" in found else None


def read_all() -> Iterator[Record]:
    """Return all records, in no particular order. Raises botocore's errors."""
    for page in (
        dynamodb()
        .get_paginator("scan")
        .paginate(TableName=settings.receiving().subscriptions_table, ConsistentRead=True)
    ):
        yield from map(_record, page["Items"])


def change(subscription: str, edit: Callable[[Record], Record]) -> Record:
    """Apply a change to a record, creating the record if necessary, and return it as written.

    `edit` may be called again with a newer record; an error that it raises ends the change. Raises botocore's errors.
    """
    attempts = _ATTEMPTS
    while True:
        attempts -= 1
        before = read(subscription) or Record(subscription=subscription)
        after = replace(prune(edit(before)), version=before.version + 1)
        try:
            _write(before, after)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException" or not attempts:
                raise
        else:
            return after


def _write(before: Record, record: Record) -> None:
    attributes = {
        name: value
        for name, value in vars(record).items()
        if name != "subscription" and (name not in _OF_RECEIVE or value != getattr(before, name))
    }
    present = {name: value for name, value in attributes.items() if value is not None}
    absent = [name for name in attributes if name not in present]
    dynamodb().update_item(
        TableName=settings.receiving().subscriptions_table,
        Key={"subscription": {"S": record.subscription}},
        UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in present)}"
        + (f" REMOVE {', '.join(f'#{name}' for name in absent)}" if absent else ""),
        ConditionExpression="attribute_not_exists(#version) OR #version < :version",
        ExpressionAttributeNames={f"#{name}": name for name in attributes},
        ExpressionAttributeValues={f":{name}": to_attribute_value(value) for name, value in present.items()},
    )


def _record(item: dict[str, Any]) -> Record:
    known = {name: value for name, value in item.items() if name in Record.__dataclass_fields__}
    return Record(**{name: from_attribute_value(value) for name, value in known.items()})
