"""Subscribing and rotating without CallFire's confirmation, or concurrently: no postback is lost."""

import time

import pytest

from callfire_postbacks.subscriptions import callfire_cloud1, lifecycle
from callfire_postbacks.subscriptions.callfire_http import (
    CallFireError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from callfire_postbacks.subscriptions.parameters import ParameterError
from callfire_postbacks.subscriptions.table import change
from callfire_postbacks.subscriptions.transitions import BUSY_SECONDS, GRACE_SECONDS, BusyError, begin
from tests.support.fake_callfire import API_URL, Server, store_parameter
from tests.support.subscribing import CALLFINISH, is_live, state_of, subscribe, url_at

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("answer", "error"), [("refuse", RefusedError), ("redirect", RefusedError), ("limit", UnavailableError)]
)
def test_refusal_withdraws_the_url(fake_callfire: Server, answer: str, error: type[CallFireError]) -> None:
    """If CallFire refuses, nothing changes: the old URL stays the only live one."""
    before = subscribe()
    fake_callfire.account.answer = answer
    with pytest.raises(error):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    after = lifecycle.get(CALLFINISH)
    assert (after.state, after.tokens) == (before.state, before.tokens)
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)


def test_refusal_of_the_first_url(fake_callfire: Server) -> None:
    """If CallFire refuses a first subscription, nothing is subscribed and no URL is live."""
    fake_callfire.account.answer = "refuse"
    with pytest.raises(RefusedError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    record = lifecycle.get(CALLFINISH)
    assert record.state == "unsubscribed"
    assert record.tokens == {}


@pytest.mark.parametrize("answer", ["slow", "lose", "empty", "fail", "html", "huge"])
def test_unclear_answer_keeps_both(fake_callfire: Server, answer: str) -> None:
    """If CallFire's answer is unclear, both URLs stay live without an expiry, and a repeated command completes it."""
    subscribe()
    old = url_at(fake_callfire)
    fake_callfire.account.answer = answer
    with pytest.raises(UncertainError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    assert is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)
    assert state_of() == "unconfirmed"
    fake_callfire.account.answer = "documented"
    assert len(subscribe().live()) == 3
    assert not is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)


def test_unknown_failure_keeps_both(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a failure that is not known to have changed nothing, both URLs stay live."""
    subscribe()

    def fail(*_: object, **__: object) -> str:
        raise CallFireError("An error of a later client.")

    monkeypatch.setattr(callfire_cloud1, "set_callback", fail)
    with pytest.raises(CallFireError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)
    assert (state_of(), len(lifecycle.get(CALLFINISH).live())) == ("unconfirmed", 2)


def test_interrupted_subscription_can_be_repeated(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that dies while subscribing blocks others for at most BUSY_SECONDS."""
    change(CALLFINISH, lambda record: begin(record, "dead"))
    with pytest.raises(BusyError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + BUSY_SECONDS)
    record = subscribe()
    assert fake_callfire.account.urls
    assert record.tokens["dead"] == int(now + BUSY_SECONDS) + GRACE_SECONDS


def test_rotations_one_at_a_time(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second rotation during the first is refused, because CallFire could otherwise end up with a revoked URL."""
    set_callback = callfire_cloud1.set_callback

    def rotate_meanwhile(subscription: str, postback_url: str, *, api_key: str) -> str:
        with pytest.raises(BusyError):
            lifecycle.subscribe(CALLFINISH, api_url=API_URL)
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(callfire_cloud1, "set_callback", rotate_meanwhile)
    subscribe()
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)


@pytest.mark.parametrize(("answer", "error"), [("documented", BusyError), ("lose", UncertainError)])
def test_unsubscribed_meanwhile(
    fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, answer: str, error: type[Exception]
) -> None:
    """Unsubscribing wins over a concurrent rotation, and the rotation reports its failure."""
    set_callback = callfire_cloud1.set_callback

    def unsubscribe_meanwhile(subscription: str, postback_url: str, *, api_key: str) -> str:
        if postback_url:
            lifecycle.unsubscribe(CALLFINISH)
            fake_callfire.account.answer = answer
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(callfire_cloud1, "set_callback", unsubscribe_meanwhile)
    with pytest.raises(error):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    record = lifecycle.get(CALLFINISH)
    assert (record.state, record.live(), record.busy_until) == ("unsubscribed", [], 0)


def test_refusal_keeps_a_url_by_hand(fake_callfire: Server) -> None:
    """If CallFire refuses, a URL set up by hand stays the only live one."""
    _, by_hand = lifecycle.create_url(CALLFINISH, api_url=API_URL)
    fake_callfire.account.answer = "refuse"
    with pytest.raises(RefusedError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    assert state_of() == "by-hand"
    assert is_live(by_hand)


def test_new_key_at_once(fake_callfire: Server) -> None:
    """If CallFire refuses the remembered key, a replaced key is read at once."""
    subscribe()
    fake_callfire.account.api_key = "new-key"
    store_parameter("CALLFIRE_API_KEY_PARAMETER", "new-key\n")
    subscribe()
    assert is_live(url_at(fake_callfire), seconds_later=GRACE_SECONDS + 1)


def test_wrong_key(fake_callfire: Server) -> None:
    """A wrong key is refused with CallFire's message and what to do, and nothing changes."""
    fake_callfire.account.api_key = "another"
    with pytest.raises(RefusedError) as raised:
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    assert str(raised.value) == (
        "CallFire refused, HTTP 401: Invalid API key (`postbacks set-api-key` stores another key)"
    )
    assert lifecycle.get(CALLFINISH).tokens == {}


def test_key_vanishes_meanwhile(fake_callfire: Server) -> None:
    """If CallFire refuses the remembered key and the parameter was deleted, nothing changes."""
    before = subscribe()
    fake_callfire.account.api_key = "another"
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    with pytest.raises(ParameterError):
        lifecycle.subscribe(CALLFINISH, api_url=API_URL)
    assert lifecycle.get(CALLFINISH).tokens == before.tokens
