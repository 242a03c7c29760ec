"""Subscribe and rotate: which URLs are live and what CallFire knows after each step."""

from dataclasses import replace

import pytest

from callfire_postbacks.subscriptions import callfire_cloud1, lifecycle, postback_urls, url_form
from callfire_postbacks.subscriptions.lifecycle import BadNameError, UnknownSubscriptionError
from callfire_postbacks.subscriptions.table import change
from callfire_postbacks.subscriptions.transitions import GRACE_SECONDS
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.fake_callfire import API_URL, Server
from tests.support.subscribing import CALLFINISH, is_live, subscribe, url_at


def test_subscribe(fake_callfire: Server) -> None:
    """CallFire gets a URL of the API with a token of 256 bits, and the URL is live."""
    record = subscribe()
    url = url_at(fake_callfire)
    assert url.startswith(f"{API_URL}/postbacks/callfinish/")
    assert url_form.is_well_formed(CALLFINISH, url.rpartition("/")[2])
    assert is_live(url)
    assert record.state == "subscribed"
    assert record.subscribed_at
    assert not record.rotated_at


def test_url_is_live_before_callfire_knows_it(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """CallFire learns of a URL only when every warm function would accept it, so no postback comes too early."""
    pauses: list[float] = []
    set_callback = callfire_cloud1.set_callback

    def check(subscription: str, postback_url: str, *, api_key: str) -> str:
        assert pauses == [1]
        assert is_live(postback_url)
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(lifecycle, "REREAD_SECONDS", postback_urls.REREAD_SECONDS)
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr(callfire_cloud1, "set_callback", check)
    subscribe()
    assert fake_callfire.account.urls


def test_campaigns_have_urls_of_their_own(fake_callfire: Server) -> None:
    """Two campaigns have two URLs, and the token of one is invalid for the other."""
    subscribe("callfinish-22222")
    subscribe("callfinish-33333")
    first, second = url_at(fake_callfire, "callfinish/22222"), url_at(fake_callfire, "callfinish/33333")
    assert is_live(first)
    assert is_live(second)
    assert not is_live(first.rpartition("/")[0] + "/" + second.rpartition("/")[2])


def test_rotation(fake_callfire: Server) -> None:
    """After a rotation the old URL stays live for a grace period, and the new one without an expiry."""
    subscribe()
    old = url_at(fake_callfire)
    record = subscribe()
    new = url_at(fake_callfire)
    assert old != new
    assert is_live(old)
    assert is_live(old, seconds_later=GRACE_SECONDS - 2)
    assert not is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(new, seconds_later=GRACE_SECONDS + 1)
    assert record.rotated_at
    assert len(record.live()) == 2


def test_rotation_does_not_prolong(fake_callfire: Server) -> None:
    """Further rotations do not extend an expiry that is already set."""
    subscribe()
    old = hash_token(url_at(fake_callfire).rpartition("/")[2])
    ends = subscribe().tokens[old]
    change(CALLFINISH, lambda record: replace(record, tokens=record.tokens | {old: ends - 100}))
    assert subscribe().tokens[old] == ends - 100


def test_url_by_hand(fake_callfire: Server) -> None:
    """A URL set up by hand is live, CallFire is not called, and rotations keep it; unsubscribing revokes it."""
    record, by_hand = lifecycle.create_url(CALLFINISH, api_url=API_URL)
    assert record.state == "by-hand"
    assert is_live(by_hand)
    assert fake_callfire.account.urls == {}
    assert subscribe().state == "subscribed"
    subscribe()
    assert is_live(by_hand, seconds_later=GRACE_SECONDS + 1)
    assert lifecycle.create_url(CALLFINISH, api_url=API_URL)[0].state == "subscribed"
    lifecycle.unsubscribe(CALLFINISH)
    assert not is_live(by_hand, seconds_later=1)


@pytest.mark.parametrize("name", ["", "callfinish-", "callfinish/22222", "CALLFINISH", "textfinish", "callfinish-2x"])
def test_bad_name(fake_callfire: Server, name: str) -> None:
    """Only CallFire's own callbacks can be subscribed to, shown or unsubscribed."""
    with pytest.raises(BadNameError):
        lifecycle.subscribe(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        lifecycle.create_url(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        lifecycle.unsubscribe(name)
    assert fake_callfire.account.urls == {}


@pytest.mark.usefixtures("fake_callfire")
def test_unknown_subscription() -> None:
    """An unknown subscription can neither be shown nor unsubscribed, and no record of it is created."""
    with pytest.raises(UnknownSubscriptionError):
        lifecycle.get(CALLFINISH)
    with pytest.raises(UnknownSubscriptionError):
        lifecycle.unsubscribe(CALLFINISH)
    assert lifecycle.get_all() == []


@pytest.mark.usefixtures("fake_callfire")
def test_list() -> None:
    """All subscriptions are listed by name."""
    for name in ("campaignfinish", "callfinish-22222", "callfinish"):
        subscribe(name)
    assert [record.subscription for record in lifecycle.get_all()] == [
        "callfinish",
        "callfinish-22222",
        "campaignfinish",
    ]
