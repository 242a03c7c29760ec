"""Subscribing, rotating and unsubscribing: what is live and what CallFire knows after each step, whatever it answers."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks import callfire, subscription_registry, subscription_state, subscriptions
from callfire_postbacks.callfire import CallFireError, RefusedError, UnavailableError, UncertainError
from callfire_postbacks.parameters import ParameterError
from callfire_postbacks.subscription_records import change, read
from callfire_postbacks.subscription_registry import hash_token
from callfire_postbacks.subscription_state import BUSY_SECONDS, GRACE_SECONDS, KEEP_SECONDS, BusyError, Record
from callfire_postbacks.subscriptions import BadNameError, UnknownSubscriptionError
from tests.unit.faults import answering, refusal
from tests.unit.twin import API_URL, Server, store_parameter

CALLFINISH = "callfinish"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """CallFire gets little time to answer."""
    monkeypatch.setattr(callfire, "READ_SECONDS", 0.3)


def subscribe(subscription: str = CALLFINISH) -> Record:
    """Subscribe, or rotate."""
    record, said = subscriptions.subscribe(subscription, api_url=API_URL)
    assert said == ("confirmed", "Saved")
    return record


def url_at(twin: Server, scope: str = CALLFINISH) -> str:
    """The URL that CallFire knows."""
    return twin.account.urls[scope]


def is_live(url: str, *, seconds_later: int = 0) -> bool:
    """Whether a postback through a URL would come in, at a function that has just started."""
    subscription_registry._records.clear()  # noqa: SLF001  as said
    _, _, subscription, token = url.removeprefix(API_URL).split("/")
    at = datetime.fromtimestamp(time.time() + seconds_later, UTC)
    return subscription_registry.is_live(subscription, hash_token(token), at=at)


def state_of(subscription: str = CALLFINISH) -> str:
    """What the record says."""
    return subscriptions.get(subscription).state


def test_subscribe(twin: Server) -> None:
    """CallFire is given a URL of the API with a token of 256 bits, and the URL is live."""
    record = subscribe()
    url = url_at(twin)
    assert url.startswith(f"{API_URL}/postbacks/callfinish/")
    assert subscription_registry.is_well_formed(CALLFINISH, url.rpartition("/")[2])
    assert is_live(url)
    assert record.state == "subscribed"
    assert record.subscribed_at
    assert not record.rotated_at


def test_url_is_live_before_callfire_knows_it(twin: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """CallFire learns of a URL only when it is on record and every warm function would read it: no postback is early."""
    slept: list[float] = []
    set_callback = callfire.set_callback

    def check(subscription: str, postback_url: str, *, api_key: str) -> str:
        assert slept == [1]
        assert is_live(postback_url)
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(subscriptions, "REREAD_SECONDS", subscription_registry.REREAD_SECONDS)
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr(callfire, "set_callback", check)
    subscribe()
    assert twin.account.urls


def test_campaigns_have_urls_of_their_own(twin: Server) -> None:
    """Two campaigns go to two URLs, and the token of one opens no other."""
    subscribe("callfinish-22222")
    subscribe("callfinish-33333")
    first, second = url_at(twin, "callfinish/22222"), url_at(twin, "callfinish/33333")
    assert is_live(first)
    assert is_live(second)
    assert not is_live(first.rpartition("/")[0] + "/" + second.rpartition("/")[2])


def test_rotation(twin: Server) -> None:
    """After a rotation the old URL lives for a grace period, and the new one for good."""
    subscribe()
    old = url_at(twin)
    record = subscribe()
    new = url_at(twin)
    assert old != new
    assert is_live(old)
    assert is_live(old, seconds_later=GRACE_SECONDS - 2)
    assert not is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(new, seconds_later=GRACE_SECONDS + 1)
    assert record.rotated_at
    assert len(record.live()) == 2


def test_rotation_does_not_prolong(twin: Server) -> None:
    """A URL that has an end keeps it however often the next ones are rotated."""
    subscribe()
    old = hash_token(url_at(twin).rpartition("/")[2])
    ends = subscribe().tokens[old]
    change(CALLFINISH, lambda record: replace(record, tokens=record.tokens | {old: ends - 100}))
    assert subscribe().tokens[old] == ends - 100


@pytest.mark.parametrize(
    ("answer", "error"), [("refuse", RefusedError), ("redirect", RefusedError), ("limit", UnavailableError)]
)
def test_no_withdraws(twin: Server, answer: str, error: type[CallFireError]) -> None:
    """Where CallFire says no, all is as it was: the old URL lives on, and there is no other."""
    before = subscribe()
    twin.account.answer = answer
    with pytest.raises(error):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    after = subscriptions.get(CALLFINISH)
    assert (after.state, after.tokens) == (before.state, before.tokens)
    assert is_live(url_at(twin), seconds_later=GRACE_SECONDS + 1)


def test_no_to_the_first_url(twin: Server) -> None:
    """Where CallFire says no to a first subscription, nothing is subscribed, and nothing is live."""
    twin.account.answer = "refuse"
    with pytest.raises(RefusedError):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    record = subscriptions.get(CALLFINISH)
    assert record.state == "unsubscribed"
    assert record.tokens == {}


@pytest.mark.parametrize("answer", ["slow", "lose", "empty", "fail", "html", "huge"])
def test_no_clear_answer_keeps_both(twin: Server, answer: str) -> None:
    """Where CallFire does not say, it may have either URL: both stay live without an end, and repeating settles it."""
    subscribe()
    old = url_at(twin)
    twin.account.answer = answer
    with pytest.raises(UncertainError):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    assert is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(url_at(twin), seconds_later=GRACE_SECONDS + 1)
    assert state_of() == "unconfirmed"
    twin.account.answer = "documented"
    assert len(subscribe().live()) == 3
    assert not is_live(old, seconds_later=GRACE_SECONDS + 1)
    assert is_live(url_at(twin), seconds_later=GRACE_SECONDS + 1)


def test_interrupted_subscription_can_be_repeated(twin: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that dies at it locks nobody out for longer than BUSY_SECONDS."""
    change(CALLFINISH, lambda record: subscription_state.begin(record, "dead"))
    with pytest.raises(BusyError):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + BUSY_SECONDS)
    record = subscribe()
    assert twin.account.urls
    assert record.tokens["dead"] == int(now + BUSY_SECONDS) + GRACE_SECONDS


def test_rotations_one_at_a_time(twin: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second rotation is turned away while the first is at CallFire, which otherwise could end up with a dead URL."""
    set_callback = callfire.set_callback

    def rotate_meanwhile(subscription: str, postback_url: str, *, api_key: str) -> str:
        with pytest.raises(BusyError):
            subscriptions.subscribe(CALLFINISH, api_url=API_URL)
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(callfire, "set_callback", rotate_meanwhile)
    subscribe()
    assert is_live(url_at(twin), seconds_later=GRACE_SECONDS + 1)


@pytest.mark.parametrize(("answer", "error"), [("documented", BusyError), ("lose", UncertainError)])
def test_unsubscribed_meanwhile(
    twin: Server, monkeypatch: pytest.MonkeyPatch, answer: str, error: type[Exception]
) -> None:
    """Unsubscribing wins over a rotation that is at CallFire, and the rotation does not claim to have worked."""
    set_callback = callfire.set_callback

    def unsubscribe_meanwhile(subscription: str, postback_url: str, *, api_key: str) -> str:
        if postback_url:
            subscriptions.unsubscribe(CALLFINISH)
            twin.account.answer = answer
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(callfire, "set_callback", unsubscribe_meanwhile)
    with pytest.raises(error):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    record = subscriptions.get(CALLFINISH)
    assert (record.state, record.live(), record.busy_until) == ("unsubscribed", [], 0)


def test_unsubscribe(twin: Server) -> None:
    """Unsubscribing ends every URL now, but what came in before is still known; then CallFire is asked to stop."""
    subscribe()
    old = url_at(twin)
    subscribe()
    new = url_at(twin)
    record, said = subscriptions.unsubscribe(CALLFINISH)
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
    first, _ = subscriptions.unsubscribe(CALLFINISH)
    again, said = subscriptions.unsubscribe(CALLFINISH)
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
    _, said = subscriptions.unsubscribe(CALLFINISH)
    assert said.outcome == outcome
    assert not is_live(url, seconds_later=1)


@pytest.mark.parametrize(("how", "outcome"), [("delete", "confirmed"), ("none", "not-asked")])
def test_how_to_unsubscribe(twin: Server, monkeypatch: pytest.MonkeyPatch, how: str, outcome: str) -> None:
    """A parameter chooses how CallFire is asked to stop, and whether at all."""
    monkeypatch.setattr(subscriptions, "_UNSUBSCRIBE", how)
    subscribe()
    _, said = subscriptions.unsubscribe(CALLFINISH)
    assert said.outcome == outcome
    assert bool(twin.account.urls) == (how == "none")


def test_unsubscribe_without_a_key(twin: Server) -> None:
    """Our URL dies even where there is no key to ask CallFire with, and the answer says so."""
    subscribe()
    url = url_at(twin)
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    twin.account.api_key = "another"
    _, said = subscriptions.unsubscribe(CALLFINISH)
    assert said.outcome == "not-asked"
    assert "is empty" in said.detail
    assert not is_live(url, seconds_later=1)


def test_subscribe_after_unsubscribing(twin: Server) -> None:
    """What was unsubscribed can be subscribed again, and begins anew."""
    subscribe()
    subscriptions.unsubscribe(CALLFINISH)
    record = subscribe()
    assert is_live(url_at(twin))
    assert (record.state, record.unsubscribed_at, record.rotated_at, record.expires_at) == (
        "subscribed",
        None,
        None,
        None,
    )


def test_url_by_hand(twin: Server) -> None:
    """A URL made by hand is live, CallFire is not called, and rotations leave it alone; unsubscribing ends it."""
    record, by_hand = subscriptions.create_url(CALLFINISH, api_url=API_URL)
    assert record.state == "by-hand"
    assert is_live(by_hand)
    assert twin.account.urls == {}
    assert subscribe().state == "subscribed"
    subscribe()
    assert is_live(by_hand, seconds_later=GRACE_SECONDS + 1)
    assert subscriptions.create_url(CALLFINISH, api_url=API_URL)[0].state == "subscribed"
    subscriptions.unsubscribe(CALLFINISH)
    assert not is_live(by_hand, seconds_later=1)


def test_no_leaves_a_url_by_hand(twin: Server) -> None:
    """Where CallFire says no, a URL made by hand is all there is, as before."""
    _, by_hand = subscriptions.create_url(CALLFINISH, api_url=API_URL)
    twin.account.answer = "refuse"
    with pytest.raises(RefusedError):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    assert state_of() == "by-hand"
    assert is_live(by_hand)


def test_new_key_at_once(twin: Server) -> None:
    """A key that was replaced is read again as soon as CallFire refuses the old one."""
    subscribe()
    twin.account.api_key = "new-key"
    store_parameter("CALLFIRE_API_KEY_PARAMETER", "new-key\n")
    subscribe()
    assert is_live(url_at(twin), seconds_later=GRACE_SECONDS + 1)


def test_wrong_key(twin: Server) -> None:
    """A key that is wrong is refused, in CallFire's words, and nothing has changed."""
    twin.account.api_key = "another"
    with pytest.raises(RefusedError, match=r"^CallFire refused, HTTP 401: Invalid API key$"):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    assert subscriptions.get(CALLFINISH).tokens == {}


def test_key_vanishes_meanwhile(twin: Server) -> None:
    """A key that is gone when CallFire has refused the remembered one leaves all as it was."""
    before = subscribe()
    twin.account.api_key = "another"
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    with pytest.raises(ParameterError):
        subscriptions.subscribe(CALLFINISH, api_url=API_URL)
    assert subscriptions.get(CALLFINISH).tokens == before.tokens


@pytest.mark.parametrize("name", ["", "callfinish-", "callfinish/22222", "CALLFINISH", "textfinish", "callfinish-2x"])
def test_bad_name(twin: Server, name: str) -> None:
    """Only CallFire's own callbacks can be subscribed to, shown or unsubscribed."""
    with pytest.raises(BadNameError):
        subscriptions.subscribe(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        subscriptions.create_url(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        subscriptions.unsubscribe(name)
    assert twin.account.urls == {}


@pytest.mark.usefixtures("twin")
def test_unknown_subscription() -> None:
    """What nobody subscribed to can neither be shown nor unsubscribed, and no record is made of it."""
    with pytest.raises(UnknownSubscriptionError):
        subscriptions.get(CALLFINISH)
    with pytest.raises(UnknownSubscriptionError):
        subscriptions.unsubscribe(CALLFINISH)
    assert subscriptions.get_all() == []


@pytest.mark.usefixtures("twin")
def test_list() -> None:
    """All subscriptions are listed by name."""
    for name in ("campaignfinish", "callfinish-22222", "callfinish"):
        subscribe(name)
    assert [record.subscription for record in subscriptions.get_all()] == [
        "callfinish",
        "callfinish-22222",
        "campaignfinish",
    ]


@pytest.mark.usefixtures("twin")
def test_ended_urls_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL is known for as long as something that came through it may be waiting, and then removed by the next change."""
    subscribe()
    subscriptions.unsubscribe(CALLFINISH)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS - 2)
    assert len(subscribe().tokens) == 2
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS + 2)
    assert len(subscribe().tokens) == 2  # the first is gone, the second and third are there


def test_record_without_a_live_url_expires(twin: Server) -> None:
    """DynamoDB deletes the record of what has long been unsubscribed, and of nothing else."""
    assert subscribe().expires_at is None
    record, _ = subscriptions.unsubscribe(CALLFINISH)
    assert record.expires_at
    assert abs(record.expires_at - time.time() - KEEP_SECONDS) < 5
    assert twin.account.urls == {}


@pytest.mark.usefixtures("twin")
def test_changes_at_the_same_time() -> None:
    """A change that was written in between is not lost: the edit is applied again on top of it."""
    subscribe()
    interfered = []

    def edit(record: Record) -> Record:
        if not interfered:
            interfered.append(change(CALLFINISH, lambda record: replace(record, tokens=record.tokens | {"first": 0})))
        return replace(record, tokens=record.tokens | {"second": 0})

    change(CALLFINISH, edit)
    record = read(CALLFINISH)
    assert record
    assert {"first", "second"} <= record.tokens.keys()


@pytest.mark.usefixtures("twin")
@pytest.mark.parametrize(("code", "calls"), [("ConditionalCheckFailedException", 5), ("AccessDeniedException", 1)])
def test_change_that_cannot_be_written(code: str, calls: int) -> None:
    """A change that loses every time is given up on after a few, and any other refusal at once."""
    edits = []

    def edit(record: Record) -> Record:
        edits.append(record)
        return record

    with answering("dynamodb.UpdateItem", refusal(code)), pytest.raises(ClientError):
        change(CALLFINISH, edit)
    assert len(edits) == calls
