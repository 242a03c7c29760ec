"""Unsubscribing revokes our URL whatever CallFire answers."""

import pytest

from callfire_postbacks.subscriptions import lifecycle
from tests.support.fake_callfire import Server, store_parameter
from tests.support.settings import override_subscriptions
from tests.support.subscribing import CALLFINISH, is_live, subscribe, url_at


def test_unsubscribe(fake_callfire: Server) -> None:
    """Unsubscribing revokes every URL at once, still accepts earlier postbacks, and then asks CallFire to stop."""
    subscribe()
    old = url_at(fake_callfire)
    subscribe()
    new = url_at(fake_callfire)
    record, answer = lifecycle.unsubscribe(CALLFINISH)
    assert answer == ("confirmed", "Saved")
    assert fake_callfire.account.urls == {}
    assert (record.state, record.live()) == ("unsubscribed", [])
    assert record.unsubscribed_at
    for url in (old, new):
        assert not is_live(url, seconds_later=1)
        assert is_live(url, seconds_later=-5)


def test_unsubscribe_again(fake_callfire: Server) -> None:
    """Unsubscribing again asks CallFire again and keeps the first time."""
    subscribe()
    first, _ = lifecycle.unsubscribe(CALLFINISH)
    again, answer = lifecycle.unsubscribe(CALLFINISH)
    assert answer.outcome == "confirmed"
    assert again.unsubscribed_at == first.unsubscribed_at
    assert not fake_callfire.account.urls


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("refuse", "refused"), ("limit", "unavailable"), ("lose", "uncertain"), ("html", "uncertain")],
)
def test_unsubscribe_whatever_callfire_says(fake_callfire: Server, answer: str, outcome: str) -> None:
    """Our URL is revoked whatever CallFire answers, and CallFire's answer is returned unchanged."""
    subscribe()
    url = url_at(fake_callfire)
    fake_callfire.account.answer = answer
    _, returned = lifecycle.unsubscribe(CALLFINISH)
    assert returned.outcome == outcome
    assert not is_live(url, seconds_later=1)


@pytest.mark.parametrize(("how", "outcome"), [("delete", "confirmed"), ("none", "not-asked")])
def test_how_to_unsubscribe(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, how: str, outcome: str) -> None:
    """A parameter chooses how CallFire is asked to stop, and whether it is asked."""
    override_subscriptions(monkeypatch, unsubscribe_by=how)
    subscribe()
    _, answer = lifecycle.unsubscribe(CALLFINISH)
    assert answer.outcome == outcome
    assert bool(fake_callfire.account.urls) == (how == "none")


def test_unsubscribe_without_a_key(fake_callfire: Server) -> None:
    """Our URL is revoked even without a key for CallFire, and the answer says so."""
    subscribe()
    url = url_at(fake_callfire)
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    fake_callfire.account.api_key = "another"
    _, answer = lifecycle.unsubscribe(CALLFINISH)
    assert answer.outcome == "not-asked"
    assert "is empty" in answer.detail
    assert not is_live(url, seconds_later=1)


def test_subscribe_after_unsubscribing(fake_callfire: Server) -> None:
    """A subscription that ended can be subscribed again, and starts anew."""
    subscribe()
    lifecycle.unsubscribe(CALLFINISH)
    record = subscribe()
    assert is_live(url_at(fake_callfire))
    assert (record.state, record.unsubscribed_at, record.rotated_at, record.expires_at) == (
        "subscribed",
        None,
        None,
        None,
    )
