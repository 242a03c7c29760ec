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
"""

import hmac
import os
import re
import time
from datetime import datetime
from hashlib import sha256
from typing import Final

from callfire_postbacks.aws_clients import dynamodb

_TABLE: Final = os.environ["SUBSCRIPTIONS_TABLE"]

TRUST_SECONDS: Final = 10
"""How long a record that has been read may let postbacks in; so long may a revoked URL live on."""
REREAD_SECONDS: Final = 1
"""How old a record must be to be read again for a token it does not know: one read a second, however many guesses."""
_REMEMBERED: Final = 1_000
"""Records a function remembers, those of subscriptions that do not exist among them."""

_SUBSCRIPTION: Final = re.compile(r"(callfinish|campaignfinish)(-[0-9]{1,20})?")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url

_records: dict[str, tuple[float, dict[str, int]]] = {}


def is_well_formed(subscription: str, token: str) -> bool:
    """Whether a URL could be one of ours at all, which costs no look-up."""
    return bool(_SUBSCRIPTION.fullmatch(subscription) and _TOKEN.fullmatch(token))


def hash_token(token: str) -> str:
    """Hash a token of 256 random bits; so many need no salt."""
    return sha256(token.encode()).hexdigest()


def is_live(subscription: str, token_hash: str, *, at: datetime) -> bool:
    """Whether the URL with this token was live at a time. Raises botocore's errors where that cannot be looked up."""
    second = at.timestamp()
    return any(
        _is_valid(token_hash, _tokens(subscription, max_age), second) for max_age in (TRUST_SECONDS, REREAD_SECONDS)
    )


def _is_valid(token_hash: str, tokens: dict[str, int], at: float) -> bool:
    # Every hash is compared, each in constant time: nothing tells a near miss from a far one.
    valid = [hmac.compare_digest(known, token_hash) and (not end or at <= end) for known, end in tokens.items()]
    return any(valid)


def _tokens(subscription: str, max_age: float) -> dict[str, int]:
    read_at, tokens = _records.get(subscription, (float("-inf"), {}))
    now = time.monotonic()
    if now - read_at <= max_age:
        return tokens
    item = (
        dynamodb()
        .get_item(
            TableName=_TABLE,
            Key={"subscription": {"S": subscription}},
            ProjectionExpression="tokens",
            ConsistentRead=True,
        )
        .get("Item")
    )
    tokens = {token_hash: int(end["N"]) for token_hash, end in item["tokens"]["M"].items()} if item else {}
    if len(_records) >= _REMEMBERED:
        _records.clear()
    _records[subscription] = (now, tokens)
    return tokens
