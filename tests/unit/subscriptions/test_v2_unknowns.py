"""What CallFire may do with a webhook, in either case: an update, and a list."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from callfire_postbacks.functions.subscriptions import handler
from callfire_postbacks.subscriptions import callfire_v2_listing, lifecycle, parameters
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES
from callfire_postbacks.subscriptions.signature import derive_secret
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.fake_callfire import Server
from tests.support.lambda_context import Context
from tests.support.v2 import V2, callbacks, is_complete, subscribe, webhooks

pytestmark = pytest.mark.slow

Update = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]


def secret_of(url: str) -> str:
    """Return the secret that belongs to a URL."""
    return derive_secret(parameters.signing_secret(), V2, hash_token(url.rpartition("/")[2]))


@pytest.mark.parametrize(
    "update",
    [lambda webhook, changes: webhook | changes, lambda webhook, changes: {"id": webhook["id"], **changes}],
    ids=["omitted fields stay", "omitted fields are reset"],
)
def test_update_has_all_fields(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, update: Update) -> None:
    """After a rotation all webhooks are as requested, whatever an update does with fields that it omits."""
    monkeypatch.setattr("local.fake_callfire.v2._updated", update)
    subscribe()
    fake_callfire.account.v2.known[min(fake_callfire.account.v2.known)] |= {"enabled": False, "events": []}
    subscribe()
    assert is_complete(fake_callfire)
    assert all(webhook["enabled"] and webhook["events"] for webhook in webhooks(fake_callfire))
    assert {webhook["secret"] for webhook in webhooks(fake_callfire)} == {secret_of(callbacks(fake_callfire).pop())}


def test_update_that_keeps_the_secret(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If an update does not change the secret, subscribing anew after unsubscribing does."""
    monkeypatch.setattr(
        "local.fake_callfire.v2._updated",
        lambda webhook, changes: {**changes, **webhook, "callback": changes["callback"]},
    )
    subscribe()
    [first] = callbacks(fake_callfire)
    subscribe()
    [second] = callbacks(fake_callfire)
    assert {webhook["secret"] for webhook in webhooks(fake_callfire)} == {secret_of(first)}
    lifecycle.unsubscribe(V2)
    subscribe()
    [third] = callbacks(fake_callfire)
    assert third not in (first, second)
    assert {webhook["secret"] for webhook in webhooks(fake_callfire)} == {secret_of(third)}


@pytest.mark.parametrize("shows_secret", [False, True], ids=["without the secret", "with the secret"])
def test_list_with_or_without_the_secret(
    fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, *, shows_secret: bool
) -> None:
    """A webhook's secret is in no answer, whether or not CallFire lists it."""
    if shows_secret:
        monkeypatch.setattr("local.fake_callfire.v2._shown", dict)
    subscribe()
    subscribe()
    answers = json.dumps([handler({"action": action, "subscription": V2}, Context()) for action in ("show", "list")])
    assert "posting" in answers
    assert webhooks(fake_callfire)[0]["secret"] not in answers


def test_webhooks_that_appear_late(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If CallFire does not list new webhooks at once, it gets them twice, and the next change deletes the others."""
    subscribe()
    with monkeypatch.context() as patch:
        patch.setattr(callfire_v2_listing, "list_webhooks", lambda _: [])
        subscribe()
    assert len(webhooks(fake_callfire)) == 2 * len(RESOURCES)
    shown: Any = handler({"action": "show", "subscription": V2}, Context())
    states = shown["at_callfire"]["webhooks"]
    assert states == dict.fromkeys(RESOURCES, "duplicate")
    subscribe()
    assert is_complete(fake_callfire)
