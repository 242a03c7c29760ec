"""A postback on its way: what came in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True)
class Postback:
    """A postback as it came, with the parts of the URL it came through."""

    subscription: str
    """What CallFire was subscribed to: "callfinish", "campaignfinish-22222"."""
    token_hash: str
    """SHA-256 of the URL's token, hexadecimal. The token itself is not kept."""
    received_at: datetime
    body: bytes


Status = Literal["accepted", "duplicate", "parked", "rejected", "too-large", "refused", "unavailable"]


class Outcome(NamedTuple):
    """What became of a postback.

    accepted     stored, and published or left to the relay
    duplicate    stored before
    parked       kept, to be stored later
    rejected     kept, but unreadable
    too-large    beyond the limit
    refused      did not come through a live URL
    unavailable  not kept: nothing durable could be written
    """

    status: Status
    event_id: str | None = None
    reason: str | None = None
    """In a word, for a postback that was rejected."""
    detail: str | None = None
    """In a sentence that may be sent back."""
