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

SUBSCRIPTION: Final = re.compile(r"(callfinish|campaignfinish)(-[0-9]{1,20})?")
"""What a subscription can be called: CallFire's own path, with the campaign."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url


class _Known(NamedTuple):
    tokens: dict[str, int]
    read_at: float
    seen_at: float
    """When it was last looked up for a token that is valid. Others must not put off the look-up that records one."""


_NOTHING: Final = _Known({}, read_at=float("-inf"), seen_at=float("-inf"))
_records: dict[str, _Known] = {}


def is_well_formed(subscription: str, token: str) -> bool:
    """Whether a URL could be one of ours at all, which costs no look-up."""
    return bool(SUBSCRIPTION.fullmatch(subscription) and _TOKEN.fullmatch(token))


def hash_token(token: str) -> str:
    """Hash a token of 256 random bits; so many need no salt."""
    return sha256(token.encode()).hexdigest()


def is_live(subscription: str, token_hash: str, *, at: datetime) -> bool:
    """Whether the URL with this token was live at a time. Raises botocore's errors where that cannot be looked up."""
    known = _records.get(subscription, _NOTHING)
    # The wall clock: Lambda freezes functions for hours, and whether their monotonic clock goes on then is unknown.
    now = time.time()
    valid = _is_valid(token_hash, known.tokens, at)
    age, limit = (now - known.seen_at, TRUST_SECONDS) if valid else (now - known.read_at, REREAD_SECONDS)
    if 0 <= age <= limit:  # negative where the clock was set back
        return valid
    tokens = _look_up(subscription, token_hash, at)
    valid = _is_valid(token_hash, tokens, at)
    if len(_records) >= _REMEMBERED:
        _records.clear()
    _records[subscription] = _Known(tokens, read_at=now, seen_at=now if valid else known.seen_at)
    return valid


def _is_valid(token_hash: str, tokens: dict[str, int], at: datetime) -> bool:
    # Every hash is compared, each in constant time: nothing tells a near miss from a far one.
    second = at.timestamp()
    valid = [hmac.compare_digest(known, token_hash) and (not end or second <= end) for known, end in tokens.items()]
    return any(valid)


def _look_up(subscription: str, token_hash: str, at: datetime) -> dict[str, int]:
    """Read a subscription's tokens; where the token is one that was valid, also record that a postback came."""
    try:
        item = dynamodb().update_item(
            TableName=settings.receiving().subscriptions_table,
            Key={"subscription": {"S": subscription}},
            UpdateExpression="SET last_postback_at = :at",
            # A postback that was parked comes late, so the moment only moves forward.
            ConditionExpression="(tokens.#hash = :no_end OR tokens.#hash >= :second)"
            " AND (attribute_not_exists(last_postback_at) OR last_postback_at < :at)",
            ExpressionAttributeNames={"#hash": token_hash},
            ExpressionAttributeValues={
                ":at": {"S": format_timestamp(at)},
                ":no_end": {"N": "0"},
                ":second": {"N": f"{at.timestamp():.3f}"},
            },
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        item = cast("dict[str, Any]", error.response).get("Item", {})
    return {token_hash: int(end["N"]) for token_hash, end in item.get("tokens", {"M": {}})["M"].items()}
