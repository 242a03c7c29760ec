"""Storing on the deployed stack, as in the failure table: a postback is parked, or the sender is told to retry."""

from datetime import UTC, datetime

import pytest

from local.stack import Stack
from tests.faults.conftest import Published
from tests.support.bodies.unique import new
from tests.support.http import post
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.faults import OUTAGES, UNANSWERED, Fault
from tests.support.storm.observing import (
    age,
    drained,
    is_published,
    is_unpublished,
    parked,
    received_at,
    recover,
    relay,
    send,
    send_accepted,
    take_rejected,
)
from tests.support.waiting import wait_until


@pytest.mark.parametrize(
    ("what", "fault"), [*(("dynamodb", fault) for fault in OUTAGES), ("dynamodb.PutItem", "throttled")]
)
def test_dynamodb_fails(stack: Stack, proxy: FaultProxy, published: Published, what: str, fault: Fault) -> None:
    """If DynamoDB is down, the answer is 202; afterwards the postback becomes an event with its arrival time."""
    body = new()
    with proxy.failing(fault, what):
        answer = send(stack, body)
        assert (answer.status, answer.json) == (202, {"status": "parked"})
        assert parked(stack) == 1
        back_at = datetime.now(UTC)
    event_id = drained(stack, body)
    assert is_published(stack, event_id)
    assert received_at(stack, event_id) < back_at
    # If DynamoDB hangs, two runs of drain may overlap, because the test shortens the queue's visibility timeout.
    assert published()[event_id] == 1 or (fault == "hanging" and published()[event_id] > 1)


@pytest.mark.parametrize("fault", UNANSWERED)
def test_answer_of_the_put_is_lost(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """A put whose answer is lost and that is retried is no duplicate: the event is published at once."""
    with proxy.failing(fault, "dynamodb.PutItem", times=1):
        event_id = send_accepted(stack, new())
    assert is_published(stack, event_id)
    assert published()[event_id] == 1


def test_all_answers_of_the_put_are_lost(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """A postback that was stored without any answer is parked as well, and becomes one event in the end."""
    body = new()
    with proxy.failing("losing", "dynamodb.PutItem", function="receive"):
        assert send(stack, body).status == 202
    event_id = drained(stack, body)
    age(stack, event_id)
    relay(stack)
    assert is_published(stack, event_id)
    assert published()[event_id] == 1


@pytest.mark.parametrize(
    ("when", "operation"),
    [("dying", "dynamodb.PutItem"), ("dying after", "dynamodb.PutItem"), ("dying after", "sns.Publish")],
)
def test_drain_is_killed(stack: Stack, proxy: FaultProxy, published: Published, when: Fault, operation: str) -> None:
    """If drain dies, the parked postback is delivered to it again and becomes one event in the end."""
    body = new()
    with (
        proxy.failing("down", "dynamodb", function="receive"),
        proxy.failing(when, operation, function="drain", times=1),
    ):
        assert send(stack, body).status == 202
        wait_until(lambda: not parked(stack))
    event_id = drained(stack, body)
    age(stack, event_id)
    relay(stack)
    assert is_published(stack, event_id)
    assert published()[event_id] >= 1


def test_killed_before_storing(stack: Stack, proxy: FaultProxy) -> None:
    """A function that dies before storing answers 5xx and leaves nothing, so the next delivery is the first."""
    body = new()
    with proxy.failing("dying", "dynamodb.PutItem", function="receive"):
        assert send(stack, body).status >= 500
    assert is_published(stack, send_accepted(stack, body))


@pytest.mark.parametrize("fault", OUTAGES)
def test_nothing_durable_can_be_written(stack: Stack, proxy: FaultProxy, fault: Fault) -> None:
    """Without DynamoDB and SQS the answer is 503 and in time, even if every call hangs, and nothing is left."""
    body = new()
    with proxy.failing(fault, "dynamodb", "sqs", "sns"):
        assert send(stack, body).status == 503
    assert not parked(stack)
    recover(stack)
    assert is_published(stack, send_accepted(stack, body))


def test_slowest_path_is_answered_in_time(stack: Stack, proxy: FaultProxy) -> None:
    """A postback that is stored at the last second, and neither published nor marked, is accepted in time."""
    send_accepted(stack, new())  # so that the lookup, which is an update too, is not what hangs
    with (
        proxy.failing("hanging", "sns", "dynamodb.UpdateItem"),
        proxy.failing("hanging", "dynamodb.PutItem", times=1),
    ):
        assert is_unpublished(stack, send_accepted(stack, new()))


def test_wrong_url_during_an_outage(stack: Stack, proxy: FaultProxy) -> None:
    """A postback through an unknown URL is parked while the check fails, and dropped once it is possible."""
    body = new()
    with proxy.failing("down", "dynamodb"):
        assert post(f"{stack.api_url}/postbacks/callfinish/{'w' * 43}", body).status == 202
    wait_until(lambda: not parked(stack))
    assert not take_rejected(stack)
    send_accepted(stack, body)  # which was not there
