"""Read the events table as an operator would, in plain Python values, and empty it."""

import zlib
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from local.stack import Stack

_GZIP: Final = 16 + zlib.MAX_WBITS
_BATCH: Final = 25
"""The largest number of items that DynamoDB deletes at once."""


def stored(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return all items by their event's id; `raw` is the uncompressed postback."""
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs["EventsTableName"])
    return {item["id"]["S"]: _plain(item) for page in pages for item in page["Items"]}


def delete_all(stack: Stack) -> None:
    """Delete all items."""
    table = stack.outputs["EventsTableName"]
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="id")
    keys = [item for page in pages for item in page["Items"]]
    for start in range(0, len(keys), _BATCH):
        batch: Any = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _BATCH]]
        while batch:
            answer = stack.aws.dynamodb.batch_write_item(RequestItems={table: batch})
            batch = answer["UnprocessedItems"].get(table)


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    postback = zlib.decompress(item.pop("raw")["B"], wbits=_GZIP)
    return {"raw": postback} | {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
