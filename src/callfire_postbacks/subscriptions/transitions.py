"""The changes that subscribing and unsubscribing make to a subscription's record."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from callfire_events.envelope import format_timestamp
from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions.record import Record

GRACE_SECONDS: Final = 3_600
"""How long a replaced URL stays live. CallFire may have postbacks queued or retry them (unknown), but a leaked URL
should soon be worthless. To end one at once, unsubscribe and subscribe.
"""
KEEP_SECONDS: Final = 30 * 86_400
"""How long an ended URL stays on record. A postback may wait 14 days in the parked queue, and 14 days more after an
operator sent it back from the rejected queue.
"""
BUSY_SECONDS: Final = 120
"""The longest time for one management call to CallFire: more than all timeouts of a rotation together."""


class BusyError(ProblemError):
    """Another caller is changing this subscription now."""

    status = HTTPStatus.CONFLICT
    reason = "busy"


def begin(record: Record, token_hash: str) -> Record:
    """Make a new URL live beside the others, and prevent concurrent changes. Raises BusyError."""
    now = int(time.time())
    if record.busy_until > now:
        raise BusyError(f"Another request is changing {record.subscription}; try again in {BUSY_SECONDS} s.")
    return replace(
        record,
        state="subscribed" if record.state == "subscribed" else "unconfirmed",
        tokens=record.tokens | {token_hash: 0},
        unsubscribed_at=None,
        busy_until=now + BUSY_SECONDS,
    )


def confirm(record: Record, token_hash: str, api_url: str) -> Record:
    """CallFire confirmed: end the older URLs soon, unless all were ended in the meantime."""
    if record.tokens.get(token_hash) != 0:
        return replace(record, busy_until=0)
    ends = int(time.time()) + GRACE_SECONDS
    kept = {token_hash, *record.by_hand}
    return replace(
        record,
        state="subscribed",
        tokens={known: end if end or known in kept else ends for known, end in record.tokens.items()},
        api_url=api_url,
        subscribed_at=record.subscribed_at or _now(),
        rotated_at=_now() if record.subscribed_at else None,
        busy_until=0,
    )


def withdraw(record: Record, token_hash: str) -> Record:
    """CallFire refused: restore the record from before the new URL."""
    tokens = {known: end for known, end in record.tokens.items() if known != token_hash}
    state = record.state
    if state == "unconfirmed" and all(end or known in record.by_hand for known, end in tokens.items()):
        state = "by-hand" if record.by_hand else "unsubscribed"
    return replace(record, state=state, tokens=tokens, busy_until=0)


def leave_open(record: Record, token_hash: str) -> Record:
    """CallFire's answer is unclear: keep the new URL live beside the others, unless all were ended in the meantime."""
    return replace(record, state="unconfirmed" if record.tokens.get(token_hash) == 0 else record.state, busy_until=0)


def add_by_hand(record: Record, token_hash: str) -> Record:
    """Make a URL live that rotations do not end."""
    return replace(
        record,
        state="by-hand" if record.state == "unsubscribed" else record.state,
        tokens=record.tokens | {token_hash: 0},
        by_hand=[*record.by_hand, token_hash],
        unsubscribed_at=None,
    )


def declare(record: Record) -> Record:
    """Record that the stack's parameter `Subscriptions` names it."""
    return replace(record, declared_at=record.declared_at or _now())


def end(record: Record) -> Record:
    """End all URLs now."""
    now = int(time.time())
    return replace(
        record,
        state="unsubscribed",
        tokens={known: min(end, now) if end else now for known, end in record.tokens.items()},
        by_hand=[],
        declared_at=None,
        api_url=None,
        subscribed_at=None,
        rotated_at=None,
        unsubscribed_at=record.unsubscribed_at or _now(),
        signed_at=None,
    )


def prune(record: Record) -> Record:
    """Remove URLs that ended so long ago that no postback can still arrive through them."""
    now = int(time.time())
    return replace(
        record,
        tokens={known: end for known, end in record.tokens.items() if not end or end > now - KEEP_SECONDS},
        expires_at=None if record.live() else now + KEEP_SECONDS,
    )


def _now() -> str:
    return format_timestamp(datetime.now(UTC))
