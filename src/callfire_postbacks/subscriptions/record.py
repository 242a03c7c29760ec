"""A subscription's record."""

import time
from dataclasses import dataclass, field
from typing import Literal

State = Literal["subscribed", "unconfirmed", "by-hand", "unsubscribed"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """The record of one subscription.

    subscribed     CallFire confirmed our URL
    unconfirmed    CallFire has not answered yet, or its answer was unclear
    by-hand        a URL was created to be entered at CallFire by hand
    unsubscribed   no URL is live
    """

    subscription: str
    state: State = "unsubscribed"
    tokens: dict[str, int] = field(default_factory=dict)
    """SHA-256 of each URL's token, with the epoch second in which it ends, 0 for no end."""
    by_hand: list[str] = field(default_factory=list)
    """The hashes of URLs that were created by hand."""
    api_url: str | None = None
    """The first part of the URL that CallFire confirmed."""
    subscribed_at: str | None = None
    rotated_at: str | None = None
    unsubscribed_at: str | None = None
    last_postback_at: str | None = None
    signed_at: str | None = None
    """The time of the first postback with a valid signature; from then on all must be signed."""
    busy_until: int = 0
    """Epoch second until which a caller may be changing the subscription at CallFire."""
    expires_at: int | None = None
    """When DynamoDB may delete the record (TTL); only set if no URL is live."""
    declared_at: str | None = None
    """When the stack's parameter `Subscriptions` first named it; absent if it never did."""
    version: int = 0

    def live(self) -> list[str]:
        """Return the hashes of the live URLs."""
        now = time.time()
        return [token_hash for token_hash, end in self.tokens.items() if not end or end >= now]
