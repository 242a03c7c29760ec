"""The form of postback URLs: /postbacks/{subscription}/{token}."""

import re
from hashlib import sha256
from typing import Final

V2: Final = "v2"
"""API v2's subscription, the only one whose postbacks CallFire signs. Every body through its URL must be signed;
otherwise an attacker could send the body of another CallFire generation.
"""

_NAME: Final = re.compile(r"(callfinish|campaignfinish)(-[0-9]{1,20})?|v1\.1(-[a-z-]{1,30})?|v2")
"""Names that a URL may have, including those of URLs that were once created: with leading zeros in campaign ids."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits in base64url


def is_well_formed(subscription: str, token: str) -> bool:
    """Return whether a URL could be one of ours, without a lookup."""
    return bool(_NAME.fullmatch(subscription) and _TOKEN.fullmatch(token))


def is_name(subscription: str) -> bool:
    """Return whether a subscription name is valid, or was once."""
    return bool(_NAME.fullmatch(subscription))


def hash_token(token: str) -> str:
    """Hash a token. Its 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()
