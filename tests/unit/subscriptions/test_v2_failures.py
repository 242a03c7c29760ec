"""CallFire's API v2 fails: the live URLs meanwhile, and the result of repeating the operation."""

from itertools import cycle
from typing import Final

import pytest

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_v2, callfire_v2_api, callfire_v2_listing, lifecycle
from callfire_postbacks.subscriptions.callfire_http import CallFireError, RefusedError, UnavailableError, UncertainError
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES, Webhook
from tests.support.fake_callfire import API_URL, Server
from tests.support.subscribing import is_live
from tests.support.v2 import V2, callbacks, is_complete, subscribe, subscribe_until_done, webhooks

pytestmark = pytest.mark.slow

FAILURES: Final = {
    "refuse": RefusedError,
    "forbid": RefusedError,
    "redirect": RefusedError,
    "limit": UnavailableError,
    "fail": UncertainError,
    "html": UncertainError,
    "huge": UncertainError,
    "vanish": UncertainError,
    "lose": UncertainError,
    "slow": UncertainError,
}
"""The outcome of a changing request, by how CallFire answers."""
LOOKS: Final = 2
"""Read-only requests before the first request that changes something."""


@pytest.mark.parametrize(
    ("how", "step"),
    [("fail", 0), ("fail", 1), ("fail", LOOKS), ("lose", LOOKS), ("refuse", LOOKS + len(RESOURCES) - 1)],
    ids=["the first look", "the last look", "a change", "the answer to a change", "the last change"],
)
def test_one_request_fails(fake_callfire: Server, how: str, step: int) -> None:
    """If any one request of a subscribe or a rotation fails, repeating the operation completes it."""
    for _ in ("subscribe", "rotate"):
        fake_callfire.account.v2.answers = ["documented"] * step + [how]
        before = callbacks(fake_callfire)
        try:
            subscribe()
        except CallFireError:
            state = lifecycle.get(V2).state
            assert all(map(is_live, before | callbacks(fake_callfire)))
            assert state == "unconfirmed" or callbacks(fake_callfire) == before
        subscribe_until_done()
        assert is_complete(fake_callfire)
        assert all(map(is_live, callbacks(fake_callfire)))
        assert lifecycle.get(V2).state == "subscribed"
    fake_callfire.account.v2.answers = ["documented"] * max(0, step - 1) + [how]
    lifecycle.unsubscribe(V2)
    assert lifecycle.unsubscribe(V2)[1].outcome == "confirmed"
    assert webhooks(fake_callfire) == []


@pytest.mark.slow
@pytest.mark.parametrize(("how", "error"), FAILURES.items(), ids=FAILURES)
def test_all_changes_fail(fake_callfire: Server, how: str, error: type[CallFireError]) -> None:
    """A clear refusal changes nothing; an unclear answer leaves both URLs live until the operation is repeated."""
    subscribe()
    before = lifecycle.get(V2)
    old = callbacks(fake_callfire)
    fake_callfire.account.v2.answers = ["documented"] * LOOKS + [how] * len(RESOURCES)
    with pytest.raises(error):
        lifecycle.subscribe(V2, api_url=API_URL)
    record = lifecycle.get(V2)
    if error is UncertainError:
        assert record.state == "unconfirmed"
        assert len(record.live()) == 2
    else:
        assert (record.state, record.tokens) == (before.state, before.tokens)
        assert callbacks(fake_callfire) == old
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        *((how, RefusedError) for how in ("refuse", "forbid", "redirect")),
        *((how, UnavailableError) for how in ("limit", "fail", "html", "huge", "vanish", "lose", "slow")),
    ],
)
def test_list_of_webhooks_fails(fake_callfire: Server, how: str, error: type[CallFireError]) -> None:
    """If CallFire's list cannot be read, nothing is changed and the first URL is withdrawn."""
    fake_callfire.account.v2.answers = [how] * LOOKS
    with pytest.raises(error):
        lifecycle.subscribe(V2, api_url=API_URL)
    assert webhooks(fake_callfire) == []
    assert (lifecycle.get(V2).state, lifecycle.get(V2).live()) == ("unsubscribed", [])


def test_list_without_an_end(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless list is given up, and nothing is changed."""
    name = settings.subscriptions().webhook_name
    page = {"items": [{"id": 1, "name": name, "resource": "InboundText"}], "totalCount": 10_000}
    monkeypatch.setattr(callfire_v2_api, "READ_SECONDS", 0.02)
    monkeypatch.setattr(callfire_v2_api, "request", lambda *_, **__: page)
    with pytest.raises(UnavailableError, match="too many webhooks"):
        lifecycle.subscribe(V2, api_url=API_URL)
    assert webhooks(fake_callfire) == []


def test_created_without_an_id(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A POST answer that names no webhook is unclear; repeating finds the webhook that was created."""
    answers: cycle[object] = cycle((None, {}, [], {"message": "yes"}))
    with monkeypatch.context() as patch:
        patch.setattr(callfire_v2, "request", lambda *_, **__: next(answers))
        with pytest.raises(UncertainError) as raised:
            lifecycle.subscribe(V2, api_url=API_URL)
    assert str(raised.value).count("names no webhook") == len(RESOURCES)
    subscribe()
    assert is_complete(fake_callfire)


def test_webhook_is_deleted_meanwhile(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook deleted between the list and the request counts as deleted, or is created by the next run."""
    subscribe()
    known = fake_callfire.account.v2.known
    list_webhooks = callfire_v2_listing.list_webhooks

    def list_and_lose(credentials: Credentials) -> list[Webhook]:
        found = list_webhooks(credentials)
        known.pop(found[0].id, None)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(callfire_v2_listing, "list_webhooks", list_and_lose)
        with pytest.raises(UncertainError, match="HTTP 404"):
            lifecycle.subscribe(V2, api_url=API_URL)
    subscribe()
    assert is_complete(fake_callfire)
    monkeypatch.setattr(callfire_v2_listing, "list_webhooks", list_and_lose)
    assert lifecycle.unsubscribe(V2)[1] == ("confirmed", "9 webhooks deleted")


@pytest.mark.parametrize(
    ("how", "outcome"),
    [("refuse", "refused"), ("limit", "unavailable"), ("fail", "uncertain")],
)
def test_unsubscribe_whatever_callfire_says(fake_callfire: Server, how: str, outcome: str) -> None:
    """Unsubscribing revokes our URL whatever CallFire answers, and returns CallFire's answer unchanged."""
    subscribe()
    [url] = callbacks(fake_callfire)
    fake_callfire.account.v2.answers = ["documented"] + [how] * len(RESOURCES)
    _, answer = lifecycle.unsubscribe(V2)
    assert answer.outcome == outcome
    assert not is_live(url, seconds_later=1)
    assert lifecycle.unsubscribe(V2)[1].outcome == "confirmed"
    assert webhooks(fake_callfire) == []
