"""A postback, the result of processing it, and the form in which it waits in a queue."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, NamedTuple

from callfire_events.envelope import format_timestamp, to_json

MAX_MESSAGE_BODY_BYTES: Final = 190_000
"""The longest body whose message fits into SQS's 256 KiB, in base64 and with the other fields."""

KEPT_HEADERS: Final = ("content-type", "content-encoding", "x-callfire-signature")
"""Headers without which a body cannot be read or verified again."""


@dataclass(frozen=True, slots=True)
class Postback:
    """A postback as it came, with the parts of the URL it came through."""

    subscription: str
    """The name in the URL: "callfinish", "campaignfinish-22222"."""
    token_hash: str
    """SHA-256 of the URL's token, hexadecimal. The token itself is not kept."""
    received_at: datetime
    body: bytes
    is_text: bool = False
    """Whether API Gateway decoded the body to text: its bytes are UTF-8 then, whatever encoding it declares."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The request headers of KEPT_HEADERS, by lowercase name; absent where the request had none."""


Flaw = Literal["absent", "wrong"]
"""What is wrong with a postback's signature."""

Status = Literal["accepted", "duplicate", "parked", "rejected", "too-large", "unknown-url", "unavailable"]


class Result(NamedTuple):
    """The result of processing one postback.

    accepted     stored, and published or left to the relay; perhaps a part of its events was stored before
    duplicate    all of it was stored before
    parked       kept in the parked queue, to be stored later
    rejected     kept in the rejected queue: it cannot be read, is too large, or is not signed by CallFire
    too-large    not kept: longer than a message of the rejected queue
    unknown-url  its URL is not live
    unavailable  not kept: nothing durable could be written
    """

    status: Status
    event_ids: tuple[str, ...] = ()
    """The events of the postback, where it is stored: one, unless its body holds several."""
    reason: str | None = None
    """One word that says why the postback was rejected."""
    detail: str | None = None
    """One sentence that says why, safe to send back."""
    flaw: Flaw | None = None
    """What is wrong with its signature, also where it was accepted all the same."""


def to_message(postback: Postback, *, reason: str | None = None, position: tuple[int, int] | None = None) -> str:
    """Write a postback as a message of the parked or the rejected queue, from which `parse_message` restores it.

    The message is {"subscription", "token_hash", "received_at", "body" in base64}, with "is_text" and "headers" where
    they say something, and if the postback was rejected "reason", with the "line" and "column" of the fault where it is
    in one place.
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


def parse_message(text: str) -> tuple[Postback, str | None]:
    """Read a message of either queue: the postback, and the reason if it was rejected.

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
        return postback, message.get("reason")
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("The message is not a postback.") from error
