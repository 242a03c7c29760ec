"""API v2's X-CallFire-Signature: the Base64 of HMAC-SHA1(webhook secret, body), over the unmodified bytes of the body.

A webhook secret is derived from one random secret of the stack, the subscription and the hash of the URL's token. So
each rotation changes it, and no webhook secret is stored. During a rotation both URLs are live for a time, and a
postback through either may be signed with the old or the new secret.

None of this has been tried against CallFire. So a subscription's signatures are enforced only after the first valid
one: until then, a postback without a valid signature is accepted and counted; afterwards it is rejected and kept.
CallFire's signature covers no time, so a recorded delivery can be replayed; its events are duplicates then.
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
from callfire_postbacks.subscriptions.url_form import V2

HEADER: Final = "x-callfire-signature"
_REREAD_SECONDS: Final = 1
"""Minimum age of the remembered secret, in seconds, before a signature that does not match causes another read."""


class _Secret(NamedTuple):
    value: str | None
    """None if the stack has no secret because v2 was never subscribed."""
    read_at: float


remembered: Final[dict[str, _Secret]] = {}
"""The memory of a warm function, by the parameter's name."""


def derive_secret(stack_secret: str, subscription: str, token_hash: str) -> str:
    """Return the secret of the webhooks that post to the URL with this token: 43 characters, ASCII only."""
    digest = hmac.digest(stack_secret.encode(), f"{subscription}/{token_hash}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_valid(signature: str, body: bytes, *, secret: str) -> bool:
    """Return whether a body was signed with a secret. Runs in constant time for signatures of the right length."""
    try:
        received = b64decode(signature.strip(), validate=True)
    except (Base64Error, ValueError):
        return False
    return hmac.compare_digest(received, hmac.digest(secret.encode(), body, "sha1"))


def check(postback: Postback) -> bool | None:
    """Return whether a postback is signed with the secret of its own URL; None if it need not be signed.

    Makes at most one call to SSM. Raises botocore's errors if the stack's secret cannot be read.
    """
    if postback.subscription != V2:
        return None
    if HEADER not in postback.headers:
        return False
    secret = _read_secret(max_age=float("inf"))
    if _matches(postback, secret, [postback.token_hash]):
        return True
    fresh = _read_secret(max_age=_REREAD_SECONDS)
    return fresh != secret and _matches(postback, fresh, [postback.token_hash])


def check_others(postback: Postback) -> bool:
    """Return whether a postback is signed with the secret of another live URL, as during a rotation."""
    if HEADER not in postback.headers:
        return False
    others = postback_urls.live_hashes(postback.subscription, at=postback.received_at)
    return _matches(postback, _read_secret(max_age=float("inf")), others)


def find_flaw(postback: Postback) -> Flaw | None:
    """Return the problem with a postback through a live URL that has no valid signature; None if it needs none."""
    if postback_urls.is_by_hand(postback.subscription, postback.token_hash):
        return None
    return "wrong" if HEADER in postback.headers else "absent"


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
    known = remembered.get(name)
    if known and 0 <= time.time() - known.read_at <= max_age:  # negative after the clock was set back
        return known.value
    value: str | None
    try:
        value = clients.ssm_once().get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        value = None
    remembered[name] = _Secret(value, time.time())
    return value
