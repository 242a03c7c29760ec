"""The table of subscriptions: which postback URLs are live.

An item's `tokens` maps the SHA-256 of each URL's token to the last second in which it is valid, 0 for no end.
The token itself is nowhere. A revoked token stays for a while with the second of its end, so that a postback
that was parked before it is still known when it is drained.

A warm function trusts what it has read, but never so long that a new URL would be refused:

    0.0 s  somebody guesses a token: the function reads the record, and remembers it
    0.1 s  subscribe stores the hash of a new token
    0.2 s  a postback with the new token would be refused here, on the record of 0.0 s
    1.1 s  subscribe has waited REREAD_SECONDS, and only now tells CallFire the new URL
    1.2 s  the first postback with the new token: the record is too old to refuse on, so it is read again

When a subscription's last postback came is kept with its record, at no cost to the road: the look-up that a warm
function makes once in TRUST_SECONDS is itself the write, an update on the condition that the token is valid. DynamoDB
returns the record either way, as updated or as it refused to update it. So no postback waits for a call more, and the
moment on record is true to TRUST_SECONDS.
"""

import hmac
import re
import time
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple, cast

from botocore.exceptions import ClientError

from callfire_events.envelope import format_timestamp
from callfire_postbacks import settings
from callfire_postbacks.aws.clients import dynamodb

TRUST_SECONDS: Final = 10
"""How long a record that has been read may let postbacks in; so long may a revoked URL live on."""
REREAD_SECONDS: Final = 1
"""How old a record must be to be read again for a token it does not know: one read a second, however many guesses."""
_REMEMBERED: Final = 1_000
"""Records a function remembers, those of subscriptions that do not exist among them."""

SUBSCRIPTION: Final = re.compile(r"((callfinish|campaignfinish)(-[1-9][0-9]{0,19})?|v1\.1|v2)")
"""What a subscription can be called: cloud/1's own path, with the campaign, or a later generation of CallFire's API."""
_NAME_IN_A_URL: Final = re.compile(r"(callfinish|campaignfinish)(-[0-9]{1,20})?|v1\.1|v2")
"""The same and, since URLs with them were made once, campaigns' ids with leading zeros."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url


_CAME: Final = "SET last_postback_at = :at"
_SIGNED: Final = "SET last_postback_at = :at, signed_at = if_not_exists(signed_at, :at)"
_IS_LIVE: Final = "(tokens.#hash = :no_end OR tokens.#hash >= :second)"
# A postback that was parked comes late, so the moment only moves forward, but for the first that is signed.
_LATER: Final = " AND (attribute_not_exists(last_postback_at) OR last_postback_at < :at)"
_UNPROVEN_OR_LATER: Final = (
    " AND (attribute_not_exists(signed_at) OR attribute_not_exists(last_postback_at) OR last_postback_at < :at)"
)


class _Known(NamedTuple):
    tokens: dict[str, int]
    read_at: float
    seen_at: float
    """When it was last looked up for a token that is valid. Others must not put off the look-up that records one."""
    by_hand: frozenset[str] = frozenset()
    """Hashes of the tokens whose URLs were made by hand: CallFire was told no secret for them."""
    is_proven: bool = False
    """Whether a valid signature is on record."""


_NOTHING: Final = _Known({}, read_at=float("-inf"), seen_at=float("-inf"))
_records: dict[str, _Known] = {}


def is_well_formed(subscription: str, token: str) -> bool:
    """Whether a URL could be one of ours at all, which costs no look-up."""
    return bool(_NAME_IN_A_URL.fullmatch(subscription) and _TOKEN.fullmatch(token))


def is_name(subscription: str) -> bool:
    """Whether a subscription may be called so, or might have been called so once."""
    return bool(_NAME_IN_A_URL.fullmatch(subscription))


def hash_token(token: str) -> str:
    """Hash a token of 256 random bits; so many need no salt."""
    return sha256(token.encode()).hexdigest()


def is_live(subscription: str, token_hash: str, *, at: datetime, is_signed: bool | None = None) -> bool:
    """Whether the URL with this token was live at a time. Raises botocore's errors where that cannot be looked up.

    Where a signature is due, `is_signed` says whether there is a valid one. Until one is on record such a postback is
    never judged by memory: the look-up records the first valid one, and finds the one that another function recorded.
    """
    known = _records.get(subscription, _NOTHING)
    # The wall clock: Lambda freezes functions for hours, and whether their monotonic clock goes on then is unknown.
    now = time.time()
    valid = _is_valid(token_hash, known.tokens, at)
    may_be_remembered = not valid or is_signed is None or known.is_proven
    age, limit = (now - known.seen_at, TRUST_SECONDS) if valid else (now - known.read_at, REREAD_SECONDS)
    if may_be_remembered and 0 <= age <= limit:  # negative where the clock was set back
        return valid
    item = _look_up(subscription, token_hash, at, is_signed=bool(is_signed))
    tokens = {known_hash: int(end["N"]) for known_hash, end in item.get("tokens", {"M": {}})["M"].items()}
    valid = _is_valid(token_hash, tokens, at)
    if len(_records) >= _REMEMBERED:
        _records.clear()
    _records[subscription] = _Known(
        tokens,
        read_at=now,
        seen_at=now if valid else known.seen_at,
        by_hand=frozenset(known_hash["S"] for known_hash in item.get("by_hand", {"L": []})["L"]),
        is_proven="signed_at" in item,
    )
    return valid


def live_hashes(subscription: str, *, at: datetime) -> list[str]:
    """Return the hashes of the tokens that were live at a time, as `is_live` has last read them."""
    tokens = _records.get(subscription, _NOTHING).tokens
    return [token_hash for token_hash in tokens if _is_valid(token_hash, tokens, at)]


def is_by_hand(subscription: str, token_hash: str) -> bool:
    """Whether a URL was made by hand, as `is_live` has last read it."""
    return token_hash in _records.get(subscription, _NOTHING).by_hand


def is_proven(subscription: str) -> bool:
    """Whether CallFire's signature has been valid once, as `is_live` has last read it."""
    return _records.get(subscription, _NOTHING).is_proven


def _is_valid(token_hash: str, tokens: dict[str, int], at: datetime) -> bool:
    # Every hash is compared, each in constant time: nothing tells a near miss from a far one.
    second = at.timestamp()
    valid = [hmac.compare_digest(known, token_hash) and (not end or second <= end) for known, end in tokens.items()]
    return any(valid)


def _look_up(subscription: str, token_hash: str, at: datetime, *, is_signed: bool) -> dict[str, Any]:
    """Read a subscription's record; where the token is one that was valid, also record that a postback came."""
    try:
        return cast(
            "dict[str, Any]",
            dynamodb().update_item(
                TableName=settings.receiving().subscriptions_table,
                Key={"subscription": {"S": subscription}},
                UpdateExpression=_SIGNED if is_signed else _CAME,
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
