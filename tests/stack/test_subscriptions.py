"""Subscriptions on the deployed stack: through the signed API, and by direct invocation."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import Any

import pytest
import requests

from local.stack import Stack
from local.subscriptions import call
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post, token_of
from tests.support.stored import stored
from tests.support.waiting import wait_until

DEAD_AFTER_SECONDS = 10
"""Seconds until a revoked URL stops working everywhere, as README promises."""

_numbers = count(1)


def body() -> bytes:
    """Return a unique postback."""
    return f"<call-finished><callid>9{next(_numbers):09}</callid></call-finished>".encode()


@pytest.fixture
def fake_callfire(stack: Stack) -> FakeCallFire:
    """Return the stack's fake CallFire."""
    return FakeCallFire(stack.fake_callfire)


def manage(stack: Stack, method: str, path: str = "") -> tuple[int, dict[str, Any]]:
    """Send a signed request to /subscriptions."""
    answer = call(method, f"{stack.api_url}/subscriptions{path}")
    return answer.status_code, answer.json()


def invoke(stack: Stack, action: str, subscription: str) -> dict[str, Any]:
    """Invoke the function with a file of events/."""
    event = json.dumps({"action": action, "subscription": subscription})
    answer = stack.aws.functions.invoke(FunctionName=stack.outputs["SubscriptionsFunctionName"], Payload=event)
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def test_routes_need_a_signature(stack: Stack) -> None:
    """Only a caller with permission can manage subscriptions."""
    for method, path in (("GET", ""), ("GET", "/callfinish"), ("PUT", "/callfinish"), ("DELETE", "/callfinish")):
        answer = requests.request(method, f"{stack.api_url}/subscriptions{path}", timeout=30)
        assert answer.status_code == 403


def test_two_campaigns_two_urls(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """CallFire gets a separate URL for each subscription, and postbacks through it are accepted."""
    for campaign in ("80001", "80002"):
        status, answer = manage(stack, "PUT", f"/callfinish-{campaign}")
        assert (status, answer["state"], answer["callfire"]["outcome"]) == (200, "subscribed", "confirmed")
        assert fake_callfire.post(f"callfinish/{campaign}", body())[0] == 200
    first, second = fake_callfire.urls()["callfinish/80001"], fake_callfire.urls()["callfinish/80002"]
    mixed = first.replace(token_of(first), token_of(second))
    unknown = f"{stack.api_url}/postbacks/callfinish-89999/{token_of(first)}"
    assert post(mixed, body()) == post(unknown, body())
    assert post(mixed, body()).status == 404


def test_last_postback(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """List and show give the time of a subscription's last postback."""
    manage(stack, "PUT", "/callfinish-80003")
    assert "last_postback_at" not in manage(stack, "GET", "/callfinish-80003")[1]
    assert fake_callfire.post("callfinish/80003", body())[0] == 200
    _, shown = manage(stack, "GET", "/callfinish-80003")
    assert shown["last_postback_at"] >= shown["subscribed_at"]
    _, listed = manage(stack, "GET")
    assert shown in listed["subscriptions"]


def test_rotation_loses_nothing(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """While a URL is rotated, no postback gets 404, through CallFire's current URL or an older one."""
    manage(stack, "PUT", "/callfinish-80004")
    received = [fake_callfire.urls()["callfinish/80004"]]
    stopped = Event()

    statuses: list[int] = []

    def stream() -> None:
        while not stopped.is_set():
            statuses.append(fake_callfire.post("callfinish/80004", body())[0])
            statuses.extend(post(url, body()).status for url in list(received))

    def rotate() -> None:
        assert manage(stack, "PUT", "/callfinish-80004")[0] == 200
        received.append(fake_callfire.urls()["callfinish/80004"])
        due = len(statuses) + 10
        wait_until(lambda: len(statuses) >= due)

    with ThreadPoolExecutor() as threads:
        streams = [threads.submit(stream) for _ in range(2)]
        try:
            for _ in range(3):
                rotate()
        finally:
            stopped.set()
    for each in streams:
        each.result()
    assert len(set(received)) == 4
    assert set(statuses) == {200}


def test_unsubscribed_url_is_dead(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """At most ten seconds after unsubscribing, each postback gets 404 and nothing is stored."""
    manage(stack, "PUT", "/callfinish-80005")
    url = fake_callfire.urls()["callfinish/80005"]
    assert post(url, body()).status == 200
    status, answer = manage(stack, "DELETE", "/callfinish-80005")
    assert (status, answer["state"], answer["callfire"]["outcome"]) == (200, "unsubscribed", "confirmed")
    assert "callfinish/80005" not in fake_callfire.urls()
    ends = time.monotonic() + DEAD_AFTER_SECONDS
    while time.monotonic() < ends:
        post(url, body())
        time.sleep(0.25)
    before = stored(stack).keys()
    assert {post(url, body()).status for _ in range(10)} == {404}
    assert stored(stack).keys() == before


@pytest.mark.parametrize(("how", "status"), [("refuse", 502), ("lose", 504), ("fail", 504)])
def test_callfire_does_not_confirm(stack: Stack, fake_callfire: FakeCallFire, how: str, status: int) -> None:
    """If CallFire refuses or does not answer, the response says so, and postbacks are still accepted."""
    manage(stack, "PUT", "/callfinish-80006")
    with fake_callfire.answering(how):
        answered, problem = manage(stack, "PUT", "/callfinish-80006")
    assert (answered, problem["status"]) == (status, status)
    assert fake_callfire.post("callfinish/80006", body())[0] == 200
    assert manage(stack, "PUT", "/callfinish-80006")[0] == 200
    assert fake_callfire.post("callfinish/80006", body())[0] == 200


def test_by_hand(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """A URL set up by hand on CallFire's settings page works, and CallFire is not called."""
    answer = invoke(stack, "create-url", "callfinish-80007")
    assert answer["state"] == "by-hand"
    assert post(answer["postback_url"], body()).status == 200
    assert "callfinish/80007" not in fake_callfire.urls()


def test_direct_invocation(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Subscribing also works without HTTP."""
    assert invoke(stack, "subscribe", "campaignfinish-80008")["state"] == "subscribed"
    assert "campaignfinish/80008" in fake_callfire.urls()
    assert invoke(stack, "unsubscribe", "campaignfinish-80008")["state"] == "unsubscribed"
    assert "campaignfinish/80008" not in fake_callfire.urls()
    assert invoke(stack, "show", "campaignfinish-89999")["status"] == 404
