"""CallFire's API v2 on the deployed stack, from subscribing to unsubscribing."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import Any

import pytest

from local.stack import Stack
from local.subscriptions import call
from tests.support.bodies.v2_bodies import RESOURCES, delivery
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import token_of
from tests.support.stack.consumers import consumer
from tests.support.stored import stored

_numbers = count(1)


def test_from_subscribe_to_unsubscribe(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Although CallFire fails in each change, no delivery is lost or forged, and no webhook is left in the end."""
    answers = [until_confirmed(stack, fake_callfire, "PUT", how="lose", step=4)]
    tokens = {token_of(webhook["callback"]) for webhook in fake_callfire.webhooks()}
    assert (len(fake_callfire.webhooks()), len(tokens)) == (len(RESOURCES), 1)

    for signature in ("none", "wrong"):
        assert deliver(fake_callfire, signature=signature)["status"] == "accepted", "CallFire may not sign"
    each_resource_becomes_its_event(stack, fake_callfire)
    _, shown = manage(stack, "GET")
    assert shown["signed_at"] >= shown["subscribed_at"]
    assert shown["at_callfire"]["outcome"] == "as-asked"
    for signature in ("none", "wrong"):
        assert deliver(fake_callfire, signature=signature)["status"] == "rejected", "CallFire does sign"
    assert {"signature-absent", "signature-wrong"} <= reasons(stack)

    answers.append(rotate_under_a_stream(stack, fake_callfire))
    tokens |= {token_of(webhook["callback"]) for webhook in fake_callfire.webhooks()}
    assert len(fake_callfire.webhooks()) == len(RESOURCES)

    answers.append(until_confirmed(stack, fake_callfire, "DELETE", how="vanish", step=5))
    assert fake_callfire.webhooks() == []
    assert not any(token in json.dumps([answers, shown]) for token in tokens)


@pytest.fixture
def fake_callfire(stack: Stack) -> Iterator[FakeCallFire]:
    """Return the stack's fake CallFire, without a v2 subscription before and after the test."""
    manage(stack, "DELETE")
    yield FakeCallFire(stack.fake_callfire)
    manage(stack, "DELETE")


def each_resource_becomes_its_event(stack: Stack, fake_callfire: FakeCallFire) -> None:
    """Each resource that CallFire delivers signed becomes one event of its type, in the table and in a consumer."""
    with consumer(stack, filter_policy={"wire_format": ["v2"]}) as receive:
        kinds = {}
        for resource, kind in RESOURCES.items():
            body = delivery(resource, 1_024_990_100_000 + next(_numbers))
            answer = deliver(fake_callfire, resource, body)
            assert answer["status"] == "accepted", resource
            kinds[answer["id"]] = kind
        received = sorted((message.event["id"], message.event["type"]) for message in receive(len(kinds)))
    assert received == sorted(kinds.items())
    in_table = stored(stack)
    assert {event_id: in_table[event_id]["event"]["type"] for event_id in kinds} == kinds


def rotate_under_a_stream(stack: Stack, fake_callfire: FakeCallFire) -> list[dict[str, Any]]:
    """No delivery is lost while the subscription is rotated. Returns the answers to the rotations."""
    done = Event()

    def stream() -> list[dict[str, Any]]:
        delivered = []
        while not done.is_set():
            delivered.append(deliver(fake_callfire))
        return delivered

    with ThreadPoolExecutor() as threads:
        streams = [threads.submit(stream) for _ in range(2)]
        try:
            answers = until_confirmed(stack, fake_callfire, "PUT", how="fail", step=7)
        finally:
            done.set()
        delivered = [one for each in streams for one in each.result()]
    assert len(delivered) > 5
    assert {one["status"] for one in delivered} == {"accepted"}
    return answers


def deliver(
    fake_callfire: FakeCallFire, resource: str = "InboundText", body: bytes | None = None, *, signature: str = "valid"
) -> dict[str, Any]:
    """Have CallFire deliver a body, by default a new one, to a resource's only webhook; return the answer.

    A signature is required for any body of this URL, so the kind of a new body does not matter.
    """
    body = body or f"<call-finished><callid>7{next(_numbers):09}</callid></call-finished>".encode()
    [delivered] = fake_callfire.deliver(resource, body, signature=signature)
    answer: dict[str, Any] = json.loads(delivered["body"])
    return answer


def manage(stack: Stack, method: str) -> tuple[int, dict[str, Any]]:
    """Send a signed request to /subscriptions/v2."""
    answer = call(method, f"{stack.api_url}/subscriptions/v2")
    return answer.status_code, answer.json()


def until_confirmed(
    stack: Stack, fake_callfire: FakeCallFire, method: str, *, how: str, step: int
) -> list[dict[str, Any]]:
    """Have CallFire fail at a step of a change, and repeat the change until it is confirmed; return all answers."""
    fake_callfire.answer_v2(["documented"] * step + [how])
    answers: list[dict[str, Any]] = []
    for _ in range(3):
        status, answer = manage(stack, method)
        answers.append(answer)
        if status == 200 and answer["callfire"]["outcome"] == "confirmed":
            assert len(answers) > 1, "CallFire did not fail"
            return answers
    pytest.fail(f"{method} is never confirmed: {answer}")


def reasons(stack: Stack) -> set[str]:
    """Return the reasons of the postbacks in the rejected queue."""
    queue, found = stack.outputs["RejectedQueueUrl"], set[str]()
    while True:
        received = stack.aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=5)
        messages = received.get("Messages", [])
        found |= {json.loads(message["Body"])["reason"] for message in messages}
        if not messages:
            return found
