"""Build postbacks: XML documents, the events they become, and the requests that carry them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats import normalizing
from callfire_postbacks.postback import Postback
from callfire_postbacks.subscriptions.url_form import hash_token
from tools.pages.lambda_events import http_event
from tools.samples import SAMPLES

ZONE: Final = ZoneInfo("America/Los_Angeles")
RECEIVED_AT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
TOKEN: Final = "t" * 43
CALL: Final = SAMPLES["call-finished"]


def element(name: str, /, *contents: str, **attributes: str) -> str:
    """Return an element with the given markup as its content."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(contents)}</{name}>"


def text(content: str) -> str:
    """Return the markup of a text."""
    return escape(content, {"\r": "&#13;"})


def call(*contents: str) -> bytes:
    """Return a <call-finished> with the given markup as its content."""
    return element("call-finished", *contents).encode()


def normalize(
    body: bytes,
    *,
    received_at: datetime = RECEIVED_AT,
    zone: tzinfo = ZONE,
    is_text: bool = False,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> EventDocument:
    """Return the only event of a postback; timestamps without a zone are in `zone`."""
    postback = Postback("callfinish", "0" * 64, received_at, body, is_text=is_text, headers=headers)
    [event] = normalizing.normalize(postback, zone=zone)
    return event


def normalize_all(body: bytes, *, subscription: str = "callfinish") -> list[EventDocument]:
    """Return all events of a postback."""
    return normalizing.normalize(Postback(subscription, "0" * 64, RECEIVED_AT, body), zone=ZONE)


def data_of(*contents: str) -> dict[str, Any]:
    """Return the event data of a <call-finished> with the given markup."""
    return normalize(call(*contents))["data"]


def postback(body: bytes = CALL, *, age: timedelta = timedelta(0), token: str = TOKEN) -> Postback:
    """Return a postback that arrived a while ago through the URL of the whole account."""
    return Postback(
        subscription="callfinish", token_hash=hash_token(token), received_at=datetime.now(UTC) - age, body=body
    )


def postback_at(received_at: datetime, body: bytes = CALL, *, subscription: str = "callfinish") -> Postback:
    """Return a postback that arrived at a time through a subscription."""
    return Postback(subscription=subscription, token_hash=hash_token(TOKEN), received_at=received_at, body=body)


def request(
    body: bytes = CALL, *, subscription: str = "callfinish", token: str = TOKEN, content_type: str = ""
) -> dict[str, Any]:
    """Return a new postback as API Gateway passes it to receive."""
    event = http_event(body, subscription=subscription, content_type=content_type, token=token)
    event["requestContext"]["timeEpoch"] = int(datetime.now(UTC).timestamp() * 1000)
    return event
