"""Answer as DynamoDB and SNS do for one postback, and count the calls."""

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
    """The usage of one accepted postback, in a warm function that knows the subscription."""

    calls: list[str] = field(default_factory=list)
    """Each attempt of a call, such as "dynamodb.PutItem"."""
    write_units: int = 0
    item_bytes: int = 0
    """Size of the item once it is marked as published."""
    stored_bytes: int = 0
    """The same including index entries and DynamoDB's overhead."""
    message_bytes: int = 0
    function_log_bytes: int = 0
    """Bytes that the function itself logs."""
    log_bytes: int = 0
    """The same plus the log lines of Lambda and API Gateway, as CloudWatch counts them."""


class CountingAws:
    """Answer as DynamoDB and SNS do, and count the calls."""

    def __init__(self, events_table: str) -> None:
        self._events_table = events_table
        self.forget()

    def forget(self) -> None:
        """Reset the counts and empty the table."""
        self.usage = Usage()
        self._item: Item = {}

    def __call__(self, request: AWSRequest, event_name: str, **_: object) -> AWSResponse:
        """Answer a request; botocore calls this before it would send the request."""
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
        if request["TableName"] != self._events_table:  # the lookup; a subscription's only token is the right one
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
