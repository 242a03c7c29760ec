"""CallFire's API v2 on the deployed stack: signed, rotated, forged and unsubscribed."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import Any

import pytest

from local.stack import Stack
from local.subscriptions import call
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import token_of
from tests.support.stored import stored
from tests.support.v2_bodies import RESOURCES, delivery

_numbers = count(1)


def body() -> bytes:
    """Return a unique body. A signature is required for any body of this URL, so its kind does not matter."""
    return f"<call-finished><callid>7{next(_numbers):09}</callid></call-finished>".encode()


def reasons(stack: Stack) -> set[str]:
    """Return the reasons of the postbacks in the rejected queue."""
    queue, found = stack.outputs["RejectedQueueUrl"], set[str]()
    while True:
        received = stack.aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=5)
        messages = received.get("Messages", [])
        found |= {json.loads(message["Body"])["reason"] for message in messages}
        if not messages:
            return found


@pytest.fixture
def fake_callfire(stack: Stack) -> Iterator[FakeCallFire]:
    """Return the stack's fake CallFire, without a v2 subscription before and after the test."""
    manage(stack, "DELETE")
    yield FakeCallFire(stack.fake_callfire)
    manage(stack, "DELETE")


def manage(stack: Stack, method: str) -> tuple[int, dict[str, Any]]:
    """Send a signed request to /subscriptions/v2."""
    answer = call(method, f"{stack.api_url}/subscriptions/v2")
    return answer.status_code, answer.json()


def until_done(stack: Stack, method: str, *, attempts: int = 4) -> int:
    """Repeat a request until CallFire has confirmed it, and return the number of failures."""
    for failed in range(attempts):
        status, answer = manage(stack, method)
        if status == 200 and answer["callfire"]["outcome"] == "confirmed":
            return failed
    pytest.fail(f"{method} is never confirmed: {answer}")


def test_each_resource_becomes_its_event(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """After subscribing, each resource that CallFire delivers signed becomes an event of its type."""
    status, answer = manage(stack, "PUT")
    assert (status, answer["callfire"]["detail"]) == (200, "9 webhooks")
    for resource, kind in RESOURCES.items():
        [delivered] = fake_callfire.deliver(resource, delivery(resource, 1_024_990_100_000 + next(_numbers)))
        answer = json.loads(delivered["body"])
        assert answer["status"] == "accepted", resource
        assert stored(stack)[answer["id"]]["event"]["type"] == kind
    _, shown = manage(stack, "GET")
    assert shown["signed_at"] >= shown["subscribed_at"]
    assert shown["at_callfire"]["outcome"] == "as-asked"


def test_forged(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Before the first valid signature anything is accepted; after it, unsigned postbacks are rejected and kept."""
    manage(stack, "PUT")
    for signature, accepted in (("none", True), ("wrong", True), ("valid", True), ("none", False), ("wrong", False)):
        [delivered] = fake_callfire.deliver("InboundText", body(), signature=signature)
        assert json.loads(delivered["body"])["status"] == ("accepted" if accepted else "rejected"), signature
    assert {"signature-absent", "signature-wrong"} <= reasons(stack)


def test_rotation_under_a_stream(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Three rotations during a stream of deliveries lose none of them."""
    manage(stack, "PUT")
    done = Event()

    def stream() -> list[dict[str, Any]]:
        delivered = []
        while not done.is_set():
            delivered += fake_callfire.deliver("InboundText", body())
        return delivered

    with ThreadPoolExecutor() as threads:
        streams = [threads.submit(stream) for _ in range(2)]
        try:
            for _ in range(3):
                assert manage(stack, "PUT")[0] == 200
        finally:
            done.set()
        delivered = [one for each in streams for one in each.result()]
    assert len(delivered) > 5
    assert {one["status"] for one in delivered} == {200}
    assert {json.loads(one["body"])["status"] for one in delivered} == {"accepted"}


@pytest.mark.parametrize("how", ["refuse", "limit", "fail", "vanish", "lose"])
def test_repeated_until_done(stack: Stack, fake_callfire: FakeCallFire, how: str) -> None:
    """If CallFire fails at single requests, repeating completes subscribing, rotating and unsubscribing."""
    for method, step in (("PUT", 1), ("PUT", 4), ("PUT", 9), ("DELETE", 0), ("DELETE", 5)):
        fake_callfire.answer_v2(["documented"] * step + [how])
        until_done(stack, method)
        fake_callfire.answer_v2([])
        ours = fake_callfire.webhooks()
        assert len(ours) == (9 if method == "PUT" else 0)
        assert len({webhook["callback"] for webhook in ours}) <= 1
        if method == "PUT":
            [delivered] = fake_callfire.deliver("InboundText", body())
            assert delivered["status"] == 200


def test_unsubscribe_deletes_the_webhooks(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Unsubscribing leaves no webhook at CallFire, and no answer ever holds a token."""
    _, subscribed = manage(stack, "PUT")
    tokens = {token_of(webhook["callback"]) for webhook in fake_callfire.webhooks()}
    status, answer = manage(stack, "DELETE")
    assert (status, answer["callfire"]) == (200, {"outcome": "confirmed", "detail": "9 webhooks deleted"})
    assert fake_callfire.webhooks() == []
    assert not any(token in json.dumps([subscribed, answer]) for token in tokens)
