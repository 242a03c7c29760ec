"""CallFire's signature: the value for a body and a secret, and the secret of each URL."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callfire_postbacks.subscriptions import signature
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.building import TOKEN
from tests.support.lambda_context import Context
from tests.support.signing import STACK_SECRET, signature_of

LAMBDA: Any = Context()


def test_published_vector() -> None:
    """CallFire's own example of a signature is valid."""
    body = b'{"name":"test webhook", "callback":"sms:callfire"}'
    assert signature.is_valid("v14pF7d5C1+CHNIEWlg+sw9v0Xg=", body, secret="mysecrets")


def test_delivery_report_vector() -> None:
    """The delivery report of our notes, on one line, has its computed signature."""
    body = (
        b'{"timestamp":1772471022807,"webhookId":3749006,"webhookName":"callfire-postbacks v2-dlr",'
        b'"resourceType":"OutboundTextDeliveryReport","events":[{"timestamp":1772471022807,"webhookId":3749006,'
        b'"resourceType":"OutboundTextDeliveryReport","eventType":"Received","resource":{"id":7420017300281076123,'
        b'"actionId":1023905054103,"campaignId":9362663003,"toNumber":"12135550188","fromNumber":"12135550100",'
        b'"timestamp":1772471022571,"deliveryState":"DELIVERED","deliveryCategory":"DELIVERED"}}]}'
    )
    assert signature.is_valid("HHb6LaFoz8wqc6s0yAhm04d1DfI=", body, secret="correct-horse")


@pytest.mark.parametrize(
    "written",
    ["", " ", "v14pF7d5C1+CHNIEWlg+sw9v0Xg", "v14pF7d5C1-CHNIEWlg-sw9v0Xg=", "é", "\x00", "=", "A" * 100_000],
    ids=["empty", "blank", "no padding", "of URLs", "not ASCII", "NUL", "padding alone", "long"],
)
def test_other_header_values_are_wrong_signatures(written: str) -> None:
    """Any other header value is a wrong signature, and never an error."""
    body = b'{"name":"test webhook", "callback":"sms:callfire"}'
    assert not signature.is_valid(written, body, secret="mysecrets")


@given(body=st.binary(), other=st.binary(), header=st.text())
def test_only_the_same_bytes_are_signed(body: bytes, other: bytes, header: str) -> None:
    """A signature is valid only for its own body and secret."""
    signed = signature_of(body)
    secret = signature.derive_secret(STACK_SECRET, "v2", hash_token(TOKEN))
    assert signature.is_valid(signed, body, secret=secret)
    assert signature.is_valid(signed, other, secret=secret) == (other == body)
    assert not signature.is_valid(signed, body, secret=secret + "x")
    assert not signature.is_valid(header, body, secret=secret)


def test_each_url_has_a_secret_of_its_own() -> None:
    """Each stack, subscription and token has its own secret of 43 ASCII characters, which is deterministic."""
    hashes = [hash_token("a"), hash_token("b")]
    secrets = {
        signature.derive_secret(stack, name, token_hash)
        for stack in "xy"
        for name in ("v2", "v3")
        for token_hash in hashes
    }
    assert len(secrets) == 8
    assert {len(secret) for secret in secrets} == {43}
    assert all(secret.isascii() for secret in secrets)
