"""Unsubscribing: our URL is dead whatever CallFire says."""

import pytest

from callfire_postbacks.subscriptions import lifecycle
from tests.support.subscribing import CALLFINISH, is_live, subscribe, url_at
from tests.support.fake_callfire import Server, store_parameter


def test_unsubscribe(twin: Server) -> None:
    """Unsubscribing ends every URL now, but what came in before is still known; then CallFire is asked to stop."""
    subscribe()
    old = url_at(twin)
    subscribe()
    new = url_at(twin)
    record, said = lifecycle.unsubscribe(CALLFINISH)
    assert said == ("confirmed", "Saved")
    assert twin.account.urls == {}
    assert (record.state, record.live()) == ("unsubscribed", [])
    assert record.unsubscribed_at
    for url in (old, new):
        assert not is_live(url, seconds_later=1)
        assert is_live(url, seconds_later=-5)


def test_unsubscribe_again(twin: Server) -> None:
    """Unsubscribing can be repeated, for CallFire to be asked again; when it first was is kept."""
    subscribe()
    first, _ = lifecycle.unsubscribe(CALLFINISH)
    again, said = lifecycle.unsubscribe(CALLFINISH)
    assert said.outcome == "confirmed"
    assert again.unsubscribed_at == first.unsubscribed_at
    assert not twin.account.urls


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("refuse", "refused"), ("limit", "unavailable"), ("lose", "uncertain"), ("html", "uncertain")],
)
def test_unsubscribe_whatever_callfire_says(twin: Server, answer: str, outcome: str) -> None:
    """Our URL is dead whatever CallFire says, and what it said is told as it was."""
    subscribe()
    url = url_at(twin)
    twin.account.answer = answer
    _, said = lifecycle.unsubscribe(CALLFINISH)
    assert said.outcome == outcome
    assert not is_live(url, seconds_later=1)


@pytest.mark.parametrize(("how", "outcome"), [("delete", "confirmed"), ("none", "not-asked")])
def test_how_to_unsubscribe(twin: Server, monkeypatch: pytest.MonkeyPatch, how: str, outcome: str) -> None:
    """A parameter chooses how CallFire is asked to stop, and whether at all."""
    monkeypatch.setattr(lifecycle, "_UNSUBSCRIBE", how)
    subscribe()
    _, said = lifecycle.unsubscribe(CALLFINISH)
    assert said.outcome == outcome
    assert bool(twin.account.urls) == (how == "none")


def test_unsubscribe_without_a_key(twin: Server) -> None:
    """Our URL dies even where there is no key to ask CallFire with, and the answer says so."""
    subscribe()
    url = url_at(twin)
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    twin.account.api_key = "another"
    _, said = lifecycle.unsubscribe(CALLFINISH)
    assert said.outcome == "not-asked"
    assert "is empty" in said.detail
    assert not is_live(url, seconds_later=1)


def test_subscribe_after_unsubscribing(twin: Server) -> None:
    """What was unsubscribed can be subscribed again, and begins anew."""
    subscribe()
    lifecycle.unsubscribe(CALLFINISH)
    record = subscribe()
    assert is_live(url_at(twin))
    assert (record.state, record.unsubscribed_at, record.rotated_at, record.expires_at) == (
        "subscribed",
        None,
        None,
        None,
    )
