"""Subscribe, rotate and unsubscribe at API v2: which URLs are live and what CallFire knows after each step."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from callfire_postbacks import settings
from callfire_postbacks.functions.subscriptions import handler
from callfire_postbacks.subscriptions import (
    callfire_v2,
    callfire_v2_api,
    callfire_v2_listing,
    lifecycle,
    parameters,
    postback_urls,
)
from callfire_postbacks.subscriptions.callfire_http import (
    CallFireError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from callfire_postbacks.subscriptions.callfire_v2_api import Credentials
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES, Webhook
from callfire_postbacks.subscriptions.lifecycle import BadNameError
from callfire_postbacks.subscriptions.parameters import ParameterError
from callfire_postbacks.subscriptions.record import GRACE_SECONDS
from callfire_postbacks.subscriptions.signature import derive_secret
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.fake_callfire import API_URL, Server, store_parameter
from tests.support.lambda_context import Context
from tests.support.settings import override_subscriptions
from tests.support.subscribing import is_live
from tests.support.v2 import V2, callbacks, is_complete, subscribe, subscribe_until_done, webhooks
from tests.unit.conftest import Logged

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


def test_many_webhooks(fake_callfire: Server) -> None:
    """Our webhooks are found behind hundreds of others of the same name."""
    name = settings.subscriptions().webhook_name
    for number in range(1, 251):
        fake_callfire.account.v2.known[number] = {"id": number, "name": name, "resource": "LowBalance", "enabled": True}
    subscribe()
    subscribe()
    assert len(webhooks(fake_callfire)) == 250 + len(RESOURCES)


def test_doubles_are_deleted(fake_callfire: Server) -> None:
    """If CallFire has several of our webhooks for a resource, one stays and the rest are deleted."""
    subscribe()
    for number in (1, 2):
        fake_callfire.account.v2.known[number] = dict(webhooks(fake_callfire)[-1], id=number, callback="https://old")
    subscribe()
    assert is_complete(fake_callfire)


def test_only_offered_resources_are_requested(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resources that CallFire does not offer are not requested."""
    monkeypatch.setattr("local.fake_callfire.v2.RESOURCES", {"InboundText": ["Finished"], "Tomorrow": ["Finished"]})
    assert subscribe() == "1 webhooks"
    assert [webhook["resource"] for webhook in webhooks(fake_callfire)] == ["InboundText"]


@pytest.mark.parametrize("answer", [{"items": []}, {"items": [{"events": []}]}, {"events": []}, []])
def test_offer_that_cannot_be_read(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:  # noqa: ANN401  JSON
    """If CallFire's list of resources cannot be read, all resources are requested."""
    request = callfire_v2_api.request

    def pretend(method: Any, path: str, *arguments: Any, **others: Any) -> Any:  # noqa: ANN401  as the real one
        return answer if path == "/webhooks/resources" else request(method, path, *arguments, **others)

    monkeypatch.setattr(callfire_v2_api, "request", pretend)
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize(
    ("how", "step"),
    [
        *(("fail", step) for step in range(LOOKS + len(RESOURCES))),
        *((how, step) for how in ("refuse", "limit", "vanish", "lose", "slow") for step in (0, LOOKS)),
    ],
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
def test_looking_fails(fake_callfire: Server, how: str, error: type[CallFireError]) -> None:
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


def test_pages_without_a_total(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If CallFire gives no total, a page that is not full is the last."""
    subscribe()
    request = callfire_v2_api.request

    def untold(*arguments: Any, **others: Any) -> Any:  # noqa: ANN401  as the real one
        answer = request(*arguments, **others)
        return {"items": answer["items"]} if isinstance(answer, dict) and "totalCount" in answer else answer

    monkeypatch.setattr(callfire_v2_api, "request", untold)
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize("answer", [None, {}, [], {"message": "yes"}], ids=["nothing", "no id", "a list", "words"])
def test_created_without_an_id(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    """A POST answer that names no webhook is unclear; repeating finds the webhook that was created."""
    with monkeypatch.context() as patch:
        patch.setattr(callfire_v2, "request", lambda *_, **__: answer)
        with pytest.raises(UncertainError, match="names no webhook"):
            lifecycle.subscribe(V2, api_url=API_URL)
    subscribe()
    assert is_complete(fake_callfire)


def test_gone_meanwhile(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
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
    [("refuse", "refused"), ("limit", "unavailable"), ("fail", "uncertain"), ("lose", "uncertain")],
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


def test_never_a_blind_post(fake_callfire: Server) -> None:
    """Each change lists webhooks before it creates one, and never creates an existing one again."""
    subscribe()
    subscribe()
    methods = [request.partition(" ")[0] for request in fake_callfire.account.v2.requests]
    assert methods[:2] == ["GET", "GET"]
    assert (methods.count("POST"), methods.count("PUT")) == (len(RESOURCES), len(RESOURCES))


def test_wrong_credentials(fake_callfire: Server) -> None:
    """A refusal by CallFire is passed on without the credentials, and nothing changes."""
    fake_callfire.account.v2.credentials = "login:another"
    with pytest.raises(RefusedError) as raised:
        lifecycle.subscribe(V2, api_url=API_URL)
    assert str(raised.value) == "CallFire refused, HTTP 401: Invalid credentials"
    assert lifecycle.get(V2).live() == []


def test_new_credentials_at_once(fake_callfire: Server) -> None:
    """If CallFire refuses the credentials, they are read again at once, in case they were replaced."""
    subscribe()
    fake_callfire.account.v2.credentials = "login:another"
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", "login:another")
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize(
    "credentials",
    ["naïve-login:pass:word", "login: with blanks ", "a:b", "l" * 100 + ":" + "p" * 200],
    ids=["colon and accent", "blanks", "short", "long"],
)
def test_credentials_of_any_characters(fake_callfire: Server, credentials: str) -> None:
    """The login ends at the first colon; the rest is the password, in UTF-8."""
    fake_callfire.account.v2.credentials = credentials.strip()
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", credentials)
    subscribe()
    assert is_complete(fake_callfire)


@pytest.mark.parametrize("value", [" ", "login", "login:", ":password", ":"])
def test_no_credentials(fake_callfire: Server, value: str) -> None:
    """Without credentials nothing is started, and the message says what to do without showing stored values."""
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", value)
    with pytest.raises(ParameterError) as raised:
        lifecycle.subscribe(V2, api_url=API_URL)
    assert "postbacks set-credentials" in str(raised.value)
    assert "password" not in str(raised.value).replace("login and password", "")
    assert lifecycle.get_all() == []
    assert fake_callfire.account.v2.requests == []


def test_unsubscribe_without_credentials(fake_callfire: Server) -> None:
    """Unsubscribing revokes our URL even without credentials for CallFire, and the answer says so."""
    subscribe()
    [url] = callbacks(fake_callfire)
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", " ")
    fake_callfire.account.v2.credentials = "login:another"
    _, answer = lifecycle.unsubscribe(V2)
    assert answer.outcome == "not-asked"
    assert not is_live(url, seconds_later=1)


def test_callfire_is_not_to_be_asked(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("name", ["v1.1", "v1.1-inbound-text-finished", "v1.1-campaign-stopped"])
def test_api_1_1_is_by_hand_alone(fake_callfire: Server, name: str) -> None:
    """A URL for API 1.1 is set up by hand; CallFire is called neither to subscribe nor to unsubscribe."""
    with pytest.raises(BadNameError, match=rf"`create-url {name}`"):
        lifecycle.subscribe(name, api_url=API_URL)
    record, url = lifecycle.create_url(name, api_url=API_URL)
    assert record.state == "by-hand"
    assert is_live(url)
    _, answer = lifecycle.unsubscribe(name)
    assert answer.outcome == "not-asked"
    assert not is_live(url, seconds_later=1)
    assert fake_callfire.account.received == []


@pytest.mark.parametrize(
    "name",
    [
        *("callfinish-0", "callfinish-00022222", "v3", "v1", "v1x1", "V2", "v2-1", "v2-inboundtext"),
        *("v1.1-", "v1.1-campaign", "v1.1-inbound-call", "v1.1-campaign-started-5"),
    ],
)
@pytest.mark.usefixtures("fake_callfire")
def test_bad_name(name: str) -> None:
    """A campaign id that begins with a zero and an unknown generation are invalid names."""
    with pytest.raises(BadNameError):
        lifecycle.subscribe(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        lifecycle.create_url(name, api_url=API_URL)


@pytest.mark.parametrize("how", ["documented", *FAILURES])
def test_no_secret_in_logs_or_answers(fake_callfire: Server, logged: Logged, how: str) -> None:
    """No log line and no answer holds credentials, tokens or secrets, whatever CallFire answers."""
    answers = [invoke("subscribe")]
    fake_callfire.account.v2.answers = ["documented"] * LOOKS + [how] * len(RESOURCES)
    answers += [invoke("subscribe")]
    fake_callfire.account.v2.answers = [how] * LOOKS
    answers += [invoke("show"), invoke("list"), invoke("subscribe")]
    known = webhooks(fake_callfire)
    answers += [invoke("unsubscribe")]
    written = json.dumps(answers) + json.dumps(logged())
    secrets = {webhook["callback"].rpartition("/")[2] for webhook in known} | {webhook["secret"] for webhook in known}
    assert len(secrets) >= 2
    for secret in {"password-of-v2", "bG9naW4", parameters.signing_secret(), *secrets}:
        assert secret not in written


def invoke(action: str) -> Any:  # noqa: ANN401  JSON
    """Invoke the function."""
    return handler({"action": action, "subscription": V2}, Context())


@pytest.mark.parametrize(
    ("edit", "state"),
    [
        (lambda known, number: known.pop(number), "missing"),
        (lambda known, number: known[number].update(enabled=False), "disabled"),
        (lambda known, number: known[number].update(callback="https://elsewhere.example/x"), "elsewhere"),
        (lambda known, number: known[number].update(callback=f"{API_URL}/postbacks/v2/{'x' * 43}"), "elsewhere"),
        (lambda known, number: known[number].update(callback=moved(known[number]["callback"])), "elsewhere"),
        (lambda known, number: known[number].update(events=["Started"]), "altered"),
        (lambda known, number: known[number].update(events=None), "altered"),
        (lambda known, number: known.update({9: known[number] | {"id": 9}}), "duplicate"),
    ],
    ids=["deleted", "disabled", "elsewhere", "unknown token", "another host", "fewer events", "no events", "doubled"],
)
def test_drift(fake_callfire: Server, edit: Callable[[dict[int, dict[str, Any]], int], object], state: str) -> None:
    """A change made at CallFire is shown with its remedy, the remedy fixes it, and no URL is shown."""
    subscribe()
    assert invoke("show")["at_callfire"] == {
        "outcome": "as-asked",
        "detail": "9 webhooks",
        "webhooks": dict.fromkeys(RESOURCES, "posting"),
    }
    number = min(fake_callfire.account.v2.known)
    resource = fake_callfire.account.v2.known[number]["resource"]
    edit(fake_callfire.account.v2.known, number)
    found = invoke("show")["at_callfire"]
    assert (found["outcome"], found["webhooks"][resource]) == ("drifted", state)
    assert found["detail"] == f"{resource} {state}: `postbacks subscribe v2` repairs it."
    assert [each["at_callfire"] for each in invoke("list")["subscriptions"]] == [found]
    subscribe()
    assert is_complete(fake_callfire)
    assert invoke("show")["at_callfire"]["outcome"] == "as-asked"


def moved(url: str) -> str:
    """Return the same URL at another host."""
    return url.replace(API_URL, "https://elsewhere.example")


def test_replaced_url_is_drift(fake_callfire: Server) -> None:
    """A webhook that still posts to a replaced URL is shown while that URL is live."""
    subscribe()
    [old] = callbacks(fake_callfire)
    subscribe()
    number = min(fake_callfire.account.v2.known)
    fake_callfire.account.v2.known[number]["callback"] = old
    assert "elsewhere" in invoke("show")["at_callfire"]["webhooks"].values()


def test_left_over(fake_callfire: Server) -> None:
    """Webhooks that were not deleted are shown after unsubscribing, until they are deleted."""
    subscribe()
    fake_callfire.account.v2.answers = ["fail"]
    lifecycle.unsubscribe(V2)
    found = invoke("show")["at_callfire"]
    assert found["webhooks"] == dict.fromkeys(RESOURCES, "left over")
    assert "`postbacks unsubscribe v2`" in found["detail"]
    lifecycle.unsubscribe(V2)
    assert invoke("show")["at_callfire"] == {"outcome": "as-asked", "detail": "0 webhooks", "webhooks": {}}


def test_callfire_cannot_be_asked(fake_callfire: Server) -> None:
    """If CallFire cannot be asked, the subscription is still shown, with the reason."""
    subscribe()
    fake_callfire.account.v2.answers = ["fail"] * 2
    shown = invoke("show")
    assert shown["state"] == "subscribed"
    assert (shown["at_callfire"]["outcome"], shown["at_callfire"]["webhooks"]) == ("unknown", {})
    assert "HTTP 500" in shown["at_callfire"]["detail"]


def test_by_hand_is_not_compared(fake_callfire: Server) -> None:
    """A URL set up by hand is not compared with CallFire's webhooks."""
    lifecycle.create_url(V2, api_url=API_URL)
    assert "at_callfire" not in invoke("show")
    assert fake_callfire.account.v2.requests == []
