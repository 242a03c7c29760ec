"""The table of subscriptions, as the receiving side uses it: which postback URLs are live.

An item's `tokens` maps the SHA-256 of each URL's token to the last second in which it is valid, 0 for no end. The
token itself is not stored. A revoked token stays for a while with its last second, so that a postback that was parked
earlier is still accepted when it is drained.

A warm function trusts a record that it has read, but never so long that it would reject a new URL:

    0.0 s  somebody guesses a token: the function reads the record, and remembers it
    0.1 s  subscribe stores the hash of a new token
    0.2 s  a postback with the new token would be rejected here, because of the record of 0.0 s
    1.1 s  subscribe has waited REREAD_SECONDS, and only now sends CallFire the new URL
    1.2 s  the first postback with the new token: the record is too old for a rejection, so it is read again

The time of a subscription's last postback is kept in its record, at no extra cost: a warm function looks a record up
once in TRUST_SECONDS, and this lookup is itself the write, an update on the condition that the token is valid. DynamoDB
returns the record either way, updated or unchanged. So no postback waits for a further call, and the recorded time is
accurate to TRUST_SECONDS.
"""

import hmac
import time
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from botocore.exceptions import ClientError

from callfire_events.envelope import format_timestamp
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import dynamodb

TRUST_SECONDS: Final = 10
"""How long a record may be used to accept postbacks, and so how long a revoked URL may still work."""
REREAD_SECONDS: Final = 1
"""The age at which a record is read again for an unknown token: at most one read a second, however many guesses."""
_MAX_REMEMBERED: Final = 1_000
"""Records that a function remembers, including those of subscriptions that do not exist."""

_RECORD_ARRIVAL: Final = "SET last_postback_at = :at"
_RECORD_SIGNED_ARRIVAL: Final = "SET last_postback_at = :at, signed_at = if_not_exists(signed_at, :at)"
_IS_LIVE: Final = "(tokens.#hash = :no_end OR tokens.#hash >= :second)"
# A parked postback arrives late, so the time only moves forward, except for the first signed postback.
_LATER: Final = " AND (attribute_not_exists(last_postback_at) OR last_postback_at < :at)"
_UNPROVEN_OR_LATER: Final = (
    " AND (attribute_not_exists(signed_at) OR attribute_not_exists(last_postback_at) OR last_postback_at < :at)"
)


class Known(NamedTuple):
    """The tokens of a subscription, as a warm function remembers them."""

    tokens: dict[str, int]
    read_at: float
    seen_at: float
    """The last lookup for a valid token. Lookups for other tokens must not postpone the one that records the time."""
    by_hand: frozenset[str] = frozenset()
    """Hashes of the tokens of URLs created by hand, for which CallFire has no secret."""
    is_proven: bool = False
    """Whether a valid signature has been recorded."""


_UNREAD: Final = Known({}, read_at=float("-inf"), seen_at=float("-inf"))
remembered: Final[dict[str, Known]] = {}
"""The memory of a warm function, by subscription."""


def is_live(subscription: str, token_hash: str, *, at: datetime, is_signed: bool | None = None) -> bool:
    """Return whether the URL with this token was live at a time. Raises botocore's errors if the lookup fails.

    For postbacks that must be signed, `is_signed` says whether the signature is valid. Until a valid one is recorded,
    the function always looks the record up: the lookup records the first valid signature, and finds one that another
    function recorded.
    """
    known = remembered.get(subscription, _UNREAD)
    # Use the wall clock: Lambda freezes functions for hours, and it is unknown whether a monotonic clock then
    # continues.
    now = time.time()
    valid = _is_valid(token_hash, known.tokens, at)
    may_be_remembered = not valid or is_signed is None or known.is_proven
    age, limit = (now - known.seen_at, TRUST_SECONDS) if valid else (now - known.read_at, REREAD_SECONDS)
    if may_be_remembered and 0 <= age <= limit:  # negative after the clock was set back
        return valid
    item = _look_up(subscription, token_hash, at, is_signed=bool(is_signed))
    tokens = {known_hash: int(end["N"]) for known_hash, end in item.get("tokens", {"M": {}})["M"].items()}
    valid = _is_valid(token_hash, tokens, at)
    if len(remembered) >= _MAX_REMEMBERED:
        remembered.clear()
    remembered[subscription] = Known(
        tokens,
        read_at=now,
        seen_at=now if valid else known.seen_at,
        by_hand=frozenset(known_hash["S"] for known_hash in item.get("by_hand", {"L": []})["L"]),
        is_proven="signed_at" in item,
    )
    return valid


def live_hashes(subscription: str, *, at: datetime) -> list[str]:
    """Return the hashes of the tokens that were live at a time, from the last read of `is_live`."""
    tokens = remembered.get(subscription, _UNREAD).tokens
    return [token_hash for token_hash in tokens if _is_valid(token_hash, tokens, at)]


def is_by_hand(subscription: str, token_hash: str) -> bool:
    """Return whether a URL was created by hand, from the last read of `is_live`."""
    return token_hash in remembered.get(subscription, _UNREAD).by_hand


def is_proven(subscription: str) -> bool:
    """Return whether a signature from CallFire has ever been valid, from the last read of `is_live`."""
    return remembered.get(subscription, _UNREAD).is_proven


def _is_valid(token_hash: str, tokens: dict[str, int], at: datetime) -> bool:
    # Compare every hash, each in constant time, so that timing does not reveal a near match.
    second = at.timestamp()
    valid = [hmac.compare_digest(known, token_hash) and (not end or second <= end) for known, end in tokens.items()]
    return any(valid)


def _look_up(subscription: str, token_hash: str, at: datetime, *, is_signed: bool) -> dict[str, Any]:
    """Read a subscription's record; if the token was valid, also record that a postback arrived."""
    try:
        return cast(
            "dict[str, Any]",
            dynamodb().update_item(
                TableName=settings.receiving().subscriptions_table,
                Key={"subscription": {"S": subscription}},
                UpdateExpression=_RECORD_SIGNED_ARRIVAL if is_signed else _RECORD_ARRIVAL,
                ConditionExpression=_IS_LIVE + (_UNPROVEN_OR_LATER if is_signed else _LATER),
                ExpressionAttributeNames={"#hash": token_hash},
                ExpressionAttributeValues={
                    ":at": {"S": format_timestamp(at)},
                    ":no_end": {"N": "0"},
                    ":second": {"N": f"{at.timestamp():.3f}"},
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )["Attributes"],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        item: dict[str, Any] = cast("dict[str, Any]", error.response).get("Item", {})
        return item
