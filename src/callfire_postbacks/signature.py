"""X-CallFire-Signature of API v2: the Base64 of HMAC-SHA1(webhook's secret, body), over the body's bytes as they came.

The secret of a webhook is derived from one random secret of the stack, the subscription and the hash of the URL's
token, so that each rotation changes it and none is stored. After a rotation a postback may be signed with the former
secret while its URL is live still, or with either whichever URL it comes through.

Nothing of this was tried against CallFire. So signatures are trusted on first proof: until a subscription has had one
that is valid, a postback without a valid one is accepted and counted; from then on it is rejected, and kept.
CallFire signs no time, so a recorded delivery can be repeated; it is a duplicate then.
"""

import hmac
import time
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Final, NamedTuple

from botocore.exceptions import ClientError

from callfire_postbacks import settings
from callfire_postbacks.aws import clients
from callfire_postbacks.postback import Flaw, Postback
from callfire_postbacks.subscriptions import postback_urls

SIGNED: Final = "v2"
"""The subscription whose postbacks CallFire signs. A signature is due for whatever comes through its URL, for else a
forger would send the body of another generation."""
HEADER: Final = "x-callfire-signature"
_REREAD_SECONDS: Final = 1
"""How old the stack's secret must be to be read again for a signature that does not match it."""


class _Secret(NamedTuple):
    value: str | None
    """None where the stack has none, since v2 was never subscribed."""
    read_at: float


_remembered: dict[str, _Secret] = {}
"""By the name of the parameter."""


def derive_secret(stack_secret: str, subscription: str, token_hash: str) -> str:
    """Return the secret of the webhooks that post to the URL with this token: 43 characters, ASCII only."""
    digest = hmac.digest(stack_secret.encode(), f"{subscription}/{token_hash}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_valid(signature: str, body: bytes, *, secret: str) -> bool:
    """Whether a body was signed with a secret. Takes the same time for any signature of the right length."""
    try:
        given = b64decode(signature.strip(), validate=True)
    except (Base64Error, ValueError):
        return False
    return hmac.compare_digest(given, hmac.digest(secret.encode(), body, "sha1"))


def check(postback: Postback) -> bool | None:
    """Whether a postback is signed with the secret of its own URL; None where no signature is due.

    Takes at most the time of one call of SSM. Raises botocore's errors where the stack's secret cannot be read.
    """
    if postback.subscription != SIGNED:
        return None
    if HEADER not in postback.headers:
        return False
    secret = _read_secret(max_age=float("inf"))
    if _matches(postback, secret, [postback.token_hash]):
        return True
    fresh = _read_secret(max_age=_REREAD_SECONDS)
    return fresh != secret and _matches(postback, fresh, [postback.token_hash])


def find_flaw(postback: Postback) -> Flaw | None:
    """Say what is wrong with the signature of a postback through a live URL that `check` found not to be valid."""
    if postback_urls.is_by_hand(postback.subscription, postback.token_hash):
        return None
    if HEADER not in postback.headers:
        return "absent"
    others = postback_urls.live_hashes(postback.subscription, at=postback.received_at)
    return None if _matches(postback, _read_secret(max_age=float("inf")), others) else "wrong"


def _matches(postback: Postback, stack_secret: str | None, token_hashes: list[str]) -> bool:
    return stack_secret is not None and any(
        is_valid(
            postback.headers[HEADER],
            postback.body,
            secret=derive_secret(stack_secret, postback.subscription, token_hash),
        )
        for token_hash in token_hashes
    )


def _read_secret(*, max_age: float) -> str | None:
    name = settings.receiving().signing_secret_parameter
    known = _remembered.get(name)
    if known and 0 <= time.time() - known.read_at <= max_age:  # negative where the clock was set back
        return known.value
    value: str | None
    try:
        value = clients.ssm_once().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        value = None
    _remembered[name] = _Secret(value, time.time())
    return value
