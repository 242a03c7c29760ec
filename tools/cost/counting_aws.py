"""Answers as DynamoDB and SNS do for one postback, and counts what it asks of them."""

import io
import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders

from tools.cost.write_units import INDEX_ENTRY_OVERHEAD, Item, entries, size, updated, write_units
from tools.template import load_template

_TABLE: Final = load_template()["Resources"]["EventsTable"]["Properties"]


@dataclass
class Usage:
    """What one accepted postback uses, in a warm function that knows the subscription."""

    calls: list[str] = field(default_factory=list)
    """"dynamodb.PutItem", each attempt of a call once."""
    write_units: int = 0
    item_bytes: int = 0
    """Of the item when it is settled."""
    stored_bytes: int = 0
    """The same with its entries in indexes, and DynamoDB's overhead."""
    message_bytes: int = 0
    function_log_bytes: int = 0
    """What the function itself logs."""
    log_bytes: int = 0
    """With what Lambda and API Gateway add, as CloudWatch counts."""


class CountingAws:
    """Answers as DynamoDB and SNS do, and counts."""

    def __init__(self, events_table: str) -> None:
        self._events_table = events_table
        self.forget()

    def forget(self) -> None:
        """Begin to count anew, with an empty table."""
        self.usage = Usage()
        self._item: Item = {}

    def __call__(self, request: AWSRequest, event_name: str, **_: object) -> AWSResponse:
        """Answer a request: what botocore calls before it would send one."""
        operation = event_name.removeprefix("before-send.")
        self.usage.calls.append(operation)
        body: Any = request.body
        text = body.decode() if isinstance(body, bytes) else body
        answer = self._publish(text) if operation == "sns.Publish" else self._write(operation, json.loads(text))
        return AWSResponse(str(request.url), 200, HTTPHeaders(), _Raw(answer.encode()))

    def _publish(self, body: str) -> str:
        fields = parse_qs(body)
        texts = [value for name, (value,) in fields.items() if name == "Message" or name.startswith("MessageAttr")]
        self.usage.message_bytes = sum(len(text.encode()) for text in texts)
        return "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"

    def _write(self, operation: str, request: dict[str, Any]) -> str:
        if request["TableName"] != self._events_table:  # the look-up; a subscription's only token is the right one
            [token_hash] = request["ExpressionAttributeNames"].values()
            return json.dumps({"Attributes": {"tokens": {"M": {token_hash: {"N": "0"}}}}})
        if operation == "dynamodb.PutItem":
            after = request["Item"] | {"raw": {"B": b64decode(request["Item"]["raw"]["B"])}}
        else:
            after = updated(self._item, request)
        self.usage.write_units += write_units(self._item, after, _TABLE)
        self._item = after
        self.usage.item_bytes = size(after)
        stored = [after, *entries(after, _TABLE).values()]
        self.usage.stored_bytes = sum(size(one) + INDEX_ENTRY_OVERHEAD for one in stored)
        return "{}"


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> Any:  # noqa: ANN401  as urllib3's
        yield self.read()
