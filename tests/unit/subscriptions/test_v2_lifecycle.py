"""Subscribe, rotate and unsubscribe at API v2: which URLs are live and what CallFire knows after each step."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_v2_api, lifecycle, parameters, postback_urls
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES
from callfire_postbacks.subscriptions.signature import derive_secret
from callfire_postbacks.subscriptions.transitions import GRACE_SECONDS
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.fake_callfire import API_URL, Server
from tests.support.settings import override_subscriptions
from tests.support.subscribing import is_live
from tests.support.v2 import V2, callbacks, is_complete, subscribe, webhooks


def test_subscribe(fake_callfire: Server) -> None:
    """CallFire gets one webhook per resource, named after the stack, all with one live URL and one secret."""
    assert subscribe() == "9 webhooks"
    known = webhooks(fake_callfire)
    assert {webhook["resource"]: tuple(webhook["events"]) for webhook in known} == RESOURCES
    assert {webhook["name"] for webhook in known} == {settings.subscriptions().webhook_name}
    assert is_complete(fake_callfire)
    [url] = callbacks(fake_callfire)
    assert url.startswith(f"{API_URL}/postbacks/v2/")
    assert is_live(url)
    token_hash = hash_token(url.rpartition("/")[2])
    assert known[0]["secret"] == derive_secret(parameters.signing_secret(), V2, token_hash)
    assert all(webhook["enabled"] is True for webhook in known)
    assert lifecycle.get(V2).state == "subscribed"


def test_rotation(fake_callfire: Server) -> None:
    """A rotation gives the same webhooks a new URL and secret at once; the old URL stays live for its grace period."""
    subscribe()
    before = webhooks(fake_callfire)
    subscribe()
    after = webhooks(fake_callfire)
    assert is_complete(fake_callfire)
    assert [webhook["id"] for webhook in after] == [webhook["id"] for webhook in before]
    assert after[0]["secret"] != before[0]["secret"]
    old, new = before[0]["callback"], after[0]["callback"]
    assert is_live(old, seconds_later=GRACE_SECONDS - 2)
    assert not is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(new, seconds_later=GRACE_SECONDS + 1)


def test_unsubscribe(fake_callfire: Server) -> None:
    """Unsubscribing revokes the URL and deletes this stack's webhooks, and can be repeated."""
    subscribe()
    [url] = callbacks(fake_callfire)
    record, answer = lifecycle.unsubscribe(V2)
    assert (record.state, answer) == ("unsubscribed", ("confirmed", "9 webhooks deleted"))
    assert webhooks(fake_callfire) == []
    assert not is_live(url, seconds_later=1)
    assert lifecycle.unsubscribe(V2)[1] == ("confirmed", "0 webhooks deleted")


def test_other_webhooks_are_left_alone(fake_callfire: Server) -> None:
    """Webhooks of people and of other stacks are neither changed nor deleted."""
    others: dict[int, dict[str, Any]] = {
        7: {"id": 7, "name": "somebody's", "resource": "InboundText", "callback": "https://x.example", "enabled": True},
        8: {"id": 8, "resource": "InboundText", "callback": "https://x.example", "enabled": True},
        9: {"id": 9, "name": settings.subscriptions().webhook_name + "-2", "resource": "InboundText", "enabled": False},
    }
    fake_callfire.account.v2.known |= {number: dict(webhook) for number, webhook in others.items()}
    subscribe()
    subscribe()
    lifecycle.unsubscribe(V2)
    assert fake_callfire.account.v2.known == others


def test_many_webhooks(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If CallFire lists names that contain ours, our webhooks are found behind hundreds of others, which are kept."""
    monkeypatch.setattr("local.fake_callfire.v2._is_named", lambda webhook, name: name in webhook["name"])
    name = settings.subscriptions().webhook_name + "-2"
    other = {"name": name, "resource": "InboundText", "enabled": True}
    others = {number: {"id": number, **other} for number in range(1, 251)}
    fake_callfire.account.v2.known |= {number: dict(other) for number, other in others.items()}
    subscribe()
    subscribe()
    known = fake_callfire.account.v2.known
    assert {number: known[number] for number in others} == others
    assert len(known) == 250 + len(RESOURCES)


def test_duplicates_are_deleted(fake_callfire: Server) -> None:
    """If CallFire has several of our webhooks for a resource, one stays and the rest are deleted."""
    subscribe()
    for number in (1, 2):
        fake_callfire.account.v2.known[number] = dict(webhooks(fake_callfire)[-1], id=number, callback="https://old")
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize("limit", [{"fields": "id,name"}, {"singleUse": True}], ids=["fields", "one delivery"])
def test_limited_webhooks_are_replaced(fake_callfire: Server, limit: dict[str, Any]) -> None:
    """A webhook that omits fields or ends itself is created anew, because an update may keep what it does not name."""
    subscribe()
    known = fake_callfire.account.v2.known
    number = max(known)
    known[number] |= limit
    known[number + 100] = known[number] | {"id": number + 100}
    subscribe()
    assert is_complete(fake_callfire)
    assert not any(limit.keys() & webhook.keys() for webhook in webhooks(fake_callfire))


def test_webhooks_of_other_resources_are_deleted(fake_callfire: Server) -> None:
    """A webhook of ours for a resource that the stack does not use is deleted."""
    subscribe()
    known = fake_callfire.account.v2.known
    known[max(known)]["resource"] = "LowBalance"
    subscribe()
    assert is_complete(fake_callfire)


def test_webhook_that_callfire_no_longer_offers(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook that exists is updated even if CallFire's list of resources does not have its resource."""
    subscribe()
    monkeypatch.setattr("local.fake_callfire.v2.RESOURCES", {"InboundText": ["Finished"]})
    assert subscribe() == "9 webhooks"
    assert is_complete(fake_callfire)


def test_only_offered_resources_are_requested(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resources that CallFire does not offer are not requested."""
    monkeypatch.setattr("local.fake_callfire.v2.RESOURCES", {"InboundText": ["Finished"], "Tomorrow": ["Finished"]})
    assert subscribe() == "1 webhooks"
    assert [webhook["resource"] for webhook in webhooks(fake_callfire)] == ["InboundText"]


@pytest.mark.slow
@pytest.mark.parametrize("answer", [{"items": []}, {"items": [{"events": []}]}, {"events": []}, []])
def test_offer_that_cannot_be_read(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:  # noqa: ANN401  JSON
    """If CallFire's list of resources cannot be read, all resources are requested."""
    request = callfire_v2_api.request

    def pretend(method: Any, path: str, *arguments: Any, **others: Any) -> Any:  # noqa: ANN401  as the real one
        return answer if path == "/webhooks/resources" else request(method, path, *arguments, **others)

    monkeypatch.setattr(callfire_v2_api, "request", pretend)
    subscribe()
    assert is_complete(fake_callfire)


def test_pages_without_a_total(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If CallFire gives no total, a page that is not full is the last."""
    subscribe()
    request = callfire_v2_api.request

    def without_total(*arguments: Any, **others: Any) -> Any:  # noqa: ANN401  as the real one
        answer = request(*arguments, **others)
        return {"items": answer["items"]} if isinstance(answer, dict) and "totalCount" in answer else answer

    monkeypatch.setattr(callfire_v2_api, "request", without_total)
    subscribe()
    assert is_complete(fake_callfire)


def test_webhooks_are_listed_before_one_is_created(fake_callfire: Server) -> None:
    """Each change lists webhooks before it creates one, and never creates an existing one again."""
    subscribe()
    subscribe()
    methods = [request.partition(" ")[0] for request in fake_callfire.account.v2.requests]
    assert methods[:2] == ["GET", "GET"]
    assert (methods.count("POST"), methods.count("PUT")) == (len(RESOURCES), len(RESOURCES))


def test_callfire_is_not_called(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """With UnsubscribeBy=none, CallFire is not called."""
    subscribe()
    override_subscriptions(monkeypatch, unsubscribe_by="none")
    assert lifecycle.unsubscribe(V2)[1].outcome == "not-asked"
    assert is_complete(fake_callfire)


def test_proof_ends_with_the_subscription(fake_callfire: Server) -> None:
    """A rotation keeps the proof that CallFire signs; unsubscribing forgets it, so the next subscribe starts anew."""
    subscribe()
    assert is_live_signed(callbacks(fake_callfire).pop())
    subscribe()
    assert lifecycle.get(V2).signed_at
    lifecycle.unsubscribe(V2)
    assert lifecycle.get(V2).signed_at is None
    subscribe()
    assert lifecycle.get(V2).signed_at is None


def is_live_signed(url: str) -> bool:
    """Send a signed postback through a URL and return whether it is accepted."""
    return postback_urls.is_live(V2, hash_token(url.rpartition("/")[2]), at=datetime.now(UTC), is_signed=True)
