"""A postback, the result of processing it, and its form as a queue message."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from callfire_events.envelope import format_timestamp, to_json

MAX_MESSAGE_BODY_BYTES: Final = 190_000
"""The longest body whose message fits into SQS's 256 KiB, in base64 and with the other fields."""

KEPT_HEADERS: Final = ("content-type", "content-encoding", "x-callfire-signature")
"""Headers that are needed to read or verify a body again."""


class Postback(NamedTuple):
    """A postback as received, with the parts of its URL."""

    subscription: str
    """The name in the URL: "callfinish", "campaignfinish-22222"."""
    token_hash: str
    """SHA-256 of the URL's token, hexadecimal. The token itself is not stored."""
    received_at: datetime
    body: bytes
    is_text: bool = False
    """Whether API Gateway decoded the body to text. Then its bytes are UTF-8, whatever encoding it declares."""
    headers: Mapping[str, str] = MappingProxyType({})
    """The request headers of KEPT_HEADERS, by lowercase name; absent if the request had none."""


Flaw = Literal["absent", "wrong"]
"""The problem with a postback's signature."""

Status = Literal["accepted", "duplicate", "parked", "rejected", "too-large", "unknown-url", "unavailable"]


class Result(NamedTuple):
    """The result of processing one postback.

    accepted     stored, and published or left to the relay; some of its events may have been stored before
    duplicate    all its events were stored before
    parked       in the parked queue, to be stored later
    rejected     in the rejected queue: it cannot be read, is too large, or is not signed by CallFire
    too-large    not kept: it does not fit into a message of the rejected queue
    unknown-url  its URL is not live
    unavailable  not kept: neither the table nor a queue could be written
    """

    status: Status
    event_ids: tuple[str, ...] = ()
    """Ids of the events of a stored postback: one, unless its body contains several."""
    reason: str | None = None
    """One word that says why the postback was rejected."""
    detail: str | None = None
    """One sentence that says why, safe to send back."""
    flaw: Flaw | None = None
    """The problem with its signature, also if the postback was accepted nevertheless."""


class Message(NamedTuple):
    """A message of the parked or the rejected queue."""

    postback: Postback
    reason: str | None
    """One word that says why the postback was rejected; None if it was parked."""
    position: tuple[int, int] | None
    """Line and column of the error in the body, both from 1; None if it is unknown, or has no single position."""


def to_message(postback: Postback, *, reason: str | None = None, position: tuple[int, int] | None = None) -> str:
    """Write a postback as a message of the parked or the rejected queue; `parse_message` reads it back.

    The message is {"subscription", "token_hash", "received_at", "body" in base64}. "is_text" and "headers" are present
    only if not empty. A rejected postback adds "reason", and "line" and "column" if the error has one position.
    """
    return to_json({
        "subscription": postback.subscription,
        "token_hash": postback.token_hash,
        "received_at": format_timestamp(postback.received_at),
        "body": b64encode(postback.body).decode(),
        **({"is_text": True} if postback.is_text else {}),
        **({"headers": dict(postback.headers)} if postback.headers else {}),
        **({"reason": reason} if reason else {}),
        **(dict(zip(("line", "column"), position, strict=True)) if position else {}),
    })


def parse_message(text: str) -> Message:
    """Read a message of either queue.

    Raises:
        ValueError: The text is not such a message.
    """
    try:
        message = json.loads(text)
        postback = Postback(
            subscription=message["subscription"],
            token_hash=message["token_hash"],
            received_at=datetime.fromisoformat(message["received_at"]),
            body=b64decode(message["body"], validate=True),
            is_text=message.get("is_text", False),
            headers=message.get("headers", {}),
        )
        position = (message["line"], message["column"]) if "line" in message else None
        return Message(postback, message.get("reason"), position)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("The message is not a postback.") from error
