"""Messages in the parked and rejected queues hold the whole postback."""

import json
from datetime import UTC, datetime

import pytest

from callfire_postbacks import parking
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES, Postback, parse_message, to_message
from tests.support.contents import parked, rejected

BYTES = Postback(
    subscription="callfinish-22222",
    token_hash="a" * 64,
    received_at=datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC),
    body=bytes(range(256)),
    is_text=True,
    headers={"content-type": "text/xml"},
)
SQS_LIMIT = 262_144


@pytest.mark.usefixtures("aws")
def test_round_trip() -> None:
    """A parked postback returns unchanged, whatever its bytes; a rejected one also has its reason."""
    parking.park(BYTES)
    parking.reject(BYTES, "not-xml")
    assert parked() == [BYTES]
    assert rejected() == [("not-xml", BYTES)]


def test_largest_message_fits() -> None:
    """The largest postback that is kept, with the longest subscription name, fits into an SQS message."""
    largest = Postback(
        subscription="campaignfinish-" + "9" * 20,
        token_hash="a" * 64,
        received_at=BYTES.received_at,
        body=b"x" * MAX_MESSAGE_BODY_BYTES,
    )
    assert len(to_message(largest, reason="r" * 32).encode()) < SQS_LIMIT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not JSON",
        "{}",
        json.dumps({"subscription": "s", "token_hash": "h", "received_at": "2026-01-01T00:00:00.000Z", "body": "?"}),
        json.dumps({"subscription": "s", "token_hash": "h", "received_at": "yesterday", "body": ""}),
    ],
)
def test_foreign_message_is_refused(body: str) -> None:
    """A foreign message in the queue is recognized, and never partly read."""
    with pytest.raises(ValueError):  # noqa: PT011  JSON, base64 and datetime each say it in their own way
        parse_message(body)
