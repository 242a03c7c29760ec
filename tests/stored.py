"""Reads the table of events as an operator would: plain Python values instead of DynamoDB's."""

import zlib
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from local.stack import Stack

_GZIP: Final = 16 + zlib.MAX_WBITS


def stored(stack: Stack) -> dict[str, dict[str, Any]]:
    """All items by their event's id; `raw` is the postback, uncompressed."""
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(TableName=stack.outputs["EventsTableName"])
    return {item["id"]["S"]: _plain(item) for page in pages for item in page["Items"]}


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    postback = zlib.decompress(item.pop("raw")["B"], wbits=_GZIP)
    return {"raw": postback} | {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
