"""Unreadable postbacks on the deployed stack, as in the failure table: each is kept and can be redriven."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from local.stack import Stack
from tests.faults.conftest import Published
from tests.support.bodies.unique import new
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.observing import drained, is_published, parked, received_at, send, send_back, take_rejected
from tests.support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("proxy")


def test_unreadable_is_kept_and_sent_back_after_a_fix(stack: Stack, published: Published) -> None:
    """An unreadable postback gets 202 and is kept with its reason; repaired and redriven, it becomes an event."""
    mended = new()
    answer = send(stack, mended[:-20])
    assert (answer.status, answer.json["status"], answer.json["reason"]) == (202, "rejected", "malformed-xml")
    [message] = map(json.loads, take_rejected(stack))
    assert (message["reason"], b64decode(message["body"])) == ("malformed-xml", mended[:-20])
    fixed_at = datetime.now(UTC)
    send_back(stack, json.dumps(message | {"body": b64encode(mended).decode()}))
    event_id = drained(stack, mended)
    assert is_published(stack, event_id)
    assert received_at(stack, event_id) < fixed_at
    assert published()[event_id] == 1


def test_unreadable_sent_back_without_a_fix(stack: Stack) -> None:
    """A postback that is still unreadable after a redrive returns to the rejected queue unchanged."""
    send(stack, b"{}")
    [before] = take_rejected(stack)
    send_back(stack, before)
    wait_until(lambda: not parked(stack))
    assert take_rejected(stack) == [before]


def test_unreadable_that_cannot_be_rejected(stack: Stack, proxy: FaultProxy) -> None:
    """If the rejected queue fails, the answer is 202, and the postback is rejected later."""
    body = new()[:-20]
    with proxy.failing("throttled", "sqs", function="receive", times=2):  # both attempts
        assert send(stack, body).status == 202
    wait_until(lambda: not parked(stack))
    assert [b64decode(json.loads(message)["body"]) for message in take_rejected(stack)] == [body]


def test_postback_that_fails_too_often_is_rejected(stack: Stack) -> None:
    """SQS moves a postback on which drain fails too often to the rejected queue."""
    with fewer_receptions(stack, 2):
        send_back(stack, "none of ours")
        wait_until(lambda: not parked(stack))
    assert take_rejected(stack) == ["none of ours"]


@contextmanager
def fewer_receptions(stack: Stack, most: int) -> Iterator[None]:
    """Lower the parked queue's limit of receptions."""
    sqs, queue = stack.aws.sqs, stack.outputs["ParkedQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]
    fewer = json.loads(before["RedrivePolicy"]) | {"maxReceiveCount": most}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(fewer)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)
