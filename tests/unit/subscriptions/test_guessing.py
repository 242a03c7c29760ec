"""Guessing a token: its cost to the stack, and that the guesser learns nothing."""

import hmac
import time

import pytest

from callfire_postbacks.subscriptions import postback_urls
from callfire_postbacks.subscriptions.postback_urls import Known
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.building import TOKEN, postback
from tests.support.contents import subscribe
from tests.support.memory import another_function

OTHERS = ["a" * 43, "b" * 43, "c" * 43]
Compared = list[tuple[str, str]]


@pytest.fixture
def compared(aws: None, monkeypatch: pytest.MonkeyPatch) -> Compared:  # noqa: ARG001  made first
    """Record every pair of hashes that is compared."""
    pairs: Compared = []
    compare = hmac.compare_digest

    def record(known: str, other: str) -> bool:
        pairs.append((known, other))
        return compare(known, other)

    monkeypatch.setattr(hmac, "compare_digest", record)
    return pairs


def live_tokens(*tokens: str) -> None:
    """Make URLs of one subscription live, in this order."""
    known = {hash_token(token): 0 for token in tokens}
    postback_urls.remembered["callfinish"] = Known(known, read_at=time.time(), seen_at=time.time())


def is_live(token: str) -> bool:
    """Return whether a postback with this token is accepted."""
    received = postback(token=token)
    return postback_urls.is_live(received.subscription, received.token_hash, at=received.received_at)


@pytest.mark.parametrize(
    ("known", "token", "right"),
    [
        ([TOKEN, *OTHERS], TOKEN, True),
        ([*OTHERS, TOKEN], TOKEN, True),
        ([TOKEN, *OTHERS], TOKEN[:-1] + "u", False),
        ([TOKEN, *OTHERS], "z" * 43, False),
    ],
    ids=["right, the first", "right, the last", "one character off", "all wrong"],
)
def test_right_and_wrong_tokens_are_compared_alike(
    compared: Compared,
    known: list[str],
    token: str,
    right: bool,  # noqa: FBT001  a case of the test
) -> None:
    """A token's whole hash is compared in constant time with every known one, however close it is."""
    live_tokens(*known)
    assert is_live(token) is right
    assert compared == [(hash_token(one), hash_token(token)) for one in known]


@pytest.mark.usefixtures("aws")
def test_hashes_are_never_compared_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the constant-time comparison accepts a token: without it, even the right token is unknown."""
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    live_tokens(TOKEN)
    assert not is_live(TOKEN)


@pytest.mark.usefixtures("aws")
def test_right_and_wrong_tokens_cost_the_same_calls(aws_calls: list[str]) -> None:
    """In a cold function, a right token, a wrong one and an unknown subscription each cost one lookup."""
    subscribe()
    aws_calls.clear()
    for token, subscription in ((TOKEN, "callfinish"), ("z" * 43, "callfinish"), (TOKEN, "callfinish-9")):
        received = postback(token=token)
        with another_function():
            postback_urls.is_live(subscription, received.token_hash, at=received.received_at)
    assert aws_calls == ["dynamodb.UpdateItem"] * 3
