"""Postbacks of API v2, signed as CallFire documents it."""

import os
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.postback import Postback
from callfire_postbacks.subscriptions.signature import derive_secret
from callfire_postbacks.subscriptions.url_form import hash_token
from local.fake_callfire.v2_controls import sign
from tests.support import contents
from tests.support.building import CALL, TOKEN, call, element, request

STACK_SECRET: Final = "the-secret-of-the-stack"
HEADER: Final = "x-callfire-signature"
UNSEEN: Final = call(element("callid", "8"))
"""A body that no fixture posts."""


def store_secret(value: str = STACK_SECRET) -> None:
    """Store the stack's secret in SSM, as the subscriptions function does."""
    name = os.environ["SIGNING_SECRET_PARAMETER"]
    ssm().put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


def signature_of(body: bytes, *, token: str = TOKEN, stack_secret: str = STACK_SECRET) -> str:
    """Return CallFire's signature of a body that it posts through the URL with a token."""
    return sign(derive_secret(stack_secret, "v2", hash_token(token)), body)


def signed_postback(
    body: bytes = CALL, *, signature: str | None = "valid", token: str = TOKEN, received_at: datetime | None = None
) -> Postback:
    """Return a postback through the URL of v2: signed correctly, with the given signature, or unsigned."""
    header = signature_of(body, token=token) if signature == "valid" else signature
    return Postback(
        subscription="v2",
        token_hash=hash_token(token),
        received_at=received_at or datetime.now(UTC),
        body=body,
        headers={} if header is None else {HEADER: header},
    )


def signed_request(
    body: bytes = CALL, *, signature: str | None = "valid", content_type: str = "application/json"
) -> dict[str, Any]:
    """Return the same as API Gateway's request to receive."""
    event = request(body, subscription="v2", content_type=content_type)
    event["headers"] |= signed_postback(body, signature=signature).headers
    return event


@pytest.fixture
def v2_url(aws: None) -> None:  # noqa: ARG001  made first
    """Make the URL of v2 live and give the stack a secret."""
    contents.subscribe("v2")
    store_secret()


@pytest.fixture
def proven(v2_url: None) -> None:  # noqa: ARG001  made first
    """Receive CallFire's first valid signature."""
    assert ingest.process(signed_postback(call(element("callid", "1")))).status == "accepted"
