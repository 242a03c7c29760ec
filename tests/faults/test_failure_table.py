"""Each row of the failure table on the deployed whole, with the failure where it really happens.

Faults are those of tests/faults/fault_proxy.py, between the deployed functions and their AWS.
"""

import json
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from local.samples import SAMPLES
from local.stack import Stack
from local.subscriptions import call
from tests.faults.fault_proxy import Fault, FaultProxy
from tests.faults.observing import (
    age,
    is_marked,
    is_settled,
    item,
    new,
    parked,
    relay,
    send_back,
    take_rejected,
    wait_until,
)
from tests.stack.http import Answer, post
from tests.stack.twin import Twin

pytestmark = pytest.mark.usefixtures("proxy")

Published = Callable[[], Counter[str]]

OUTAGES: Final = ("refused", "throttled", "failing", "down", "hanging")
"""Ways in which a service takes no call."""
UNANSWERED: Final = ("losing", "late")
"""Ways in which it takes a call and does not say so."""


@pytest.fixture(autouse=True)
def emptied(stack: Stack) -> Iterator[None]:
    """Nothing is parked before or after a test, and what is rejected is its own."""
    take_rejected(stack)
    yield
    wait_until(lambda: not parked(stack))


def send(stack: Stack, body: bytes) -> Answer:
    """Post to the URL of the whole account."""
    return post(stack.postback_urls["callfinish"], body)


def send_accepted(stack: Stack, body: bytes) -> str:
    """Post what is accepted, and return its event's id."""
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "accepted")
    return str(answer.json["id"])


def test_sent_twice_or_through_two_subscriptions(stack: Stack, published: Published) -> None:
    """Copies of a postback, through one subscription or two, are one item and one message; the answer says so."""
    assert call("PUT", f"{stack.api_url}/subscriptions/callfinish-70001").status_code == 200
    body = new()
    event_id = send_accepted(stack, body)
    for url in (stack.postback_urls["callfinish"], Twin(stack.callfire_twin).urls()["callfinish/70001"]):
        assert post(url, body).json == {"status": "duplicate", "id": event_id}
    assert is_settled(stack, event_id)
    assert published()[event_id] == 1


@pytest.mark.parametrize("fault", [*OUTAGES, *UNANSWERED])
def test_sns_does_not_take_it(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """Without SNS the answer is 200 and the mark stays; with SNS back, the relay publishes."""
    with proxy.failing(fault, "sns"):
        event_id = send_accepted(stack, new())
    assert is_marked(stack, event_id)
    age(stack, event_id)
    relay(stack)
    assert is_settled(stack, event_id)
    assert published()[event_id] == (1 if fault in OUTAGES else 2)


@pytest.mark.parametrize("fault", ["throttled", "down", "losing"])
def test_settlement_fails(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """An event that is published and cannot be settled is accepted; if its mark stayed, it is published again."""
    send_accepted(stack, new())  # so that the look-up, which is an update too, is not what fails
    with proxy.failing(fault, "dynamodb.UpdateItem"):
        event_id = send_accepted(stack, new())
    assert is_marked(stack, event_id) == (fault in OUTAGES)
    age(stack, event_id)
    relay(stack)
    assert is_settled(stack, event_id)
    assert published()[event_id] == (2 if fault in OUTAGES else 1)


@pytest.mark.parametrize(
    ("when", "operation"),
    [("dying after", "dynamodb.PutItem"), ("dying", "sns.Publish"), ("dying after", "sns.Publish")],
)
def test_killed_after_storing(
    stack: Stack, proxy: FaultProxy, published: Published, when: Fault, operation: str
) -> None:
    """Whether it dies before publishing or before settling, the event is stored and marked, and the relay goes on."""
    body = new()
    with proxy.failing(when, operation, function="receive"):
        assert send(stack, body).status >= 500
    answer = send(stack, body)  # CallFire may send again: so soon, the first is taken to be still at it
    assert (answer.status, answer.json["status"]) == (200, "duplicate")
    event_id = answer.json["id"]
    assert is_marked(stack, event_id)
    age(stack, event_id)
    relay(stack)
    assert is_settled(stack, event_id)
    assert published()[event_id] == (2 if (when, operation) == ("dying after", "sns.Publish") else 1)


def test_killed_before_storing(stack: Stack, proxy: FaultProxy) -> None:
    """What dies before it stores answers 5xx and leaves nothing, so that a second delivery is the first."""
    body = new()
    with proxy.failing("dying", "dynamodb.PutItem", function="receive"):
        assert send(stack, body).status >= 500
    assert is_settled(stack, send_accepted(stack, body))


def test_duplicate_repairs(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """A copy of an event that was left unpublished, and so long that nobody is at it, publishes it now."""
    body = new()
    with proxy.failing("down", "sns"):
        event_id = send_accepted(stack, body)
        age(stack, event_id)
    assert send(stack, body).json == {"status": "duplicate", "id": event_id}
    assert is_settled(stack, event_id)
    assert published()[event_id] == 1


@pytest.mark.parametrize(
    ("what", "fault"), [*(("dynamodb", fault) for fault in OUTAGES), ("dynamodb.PutItem", "throttled")]
)
def test_dynamodb_does_not_take_it(
    stack: Stack, proxy: FaultProxy, published: Published, what: str, fault: Fault
) -> None:
    """Without DynamoDB the answer is 202; with DynamoDB back, it is an event as of the time at which it came."""
    body = new()
    with proxy.failing(fault, what):
        answer = send(stack, body)
        assert (answer.status, answer.json) == (202, {"status": "parked"})
        assert parked(stack) == 1
        back_at = datetime.now(UTC)
    event_id = drained(stack, body)
    assert is_settled(stack, event_id)
    assert received_at(stack, event_id) < back_at
    assert published()[event_id] == 1


@pytest.mark.parametrize("fault", UNANSWERED)
def test_answer_of_the_put_is_lost(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """A put that was carried out and is sent again is no duplicate: the event is published at once."""
    with proxy.failing(fault, "dynamodb.PutItem", times=1):
        event_id = send_accepted(stack, new())
    assert is_settled(stack, event_id)
    assert published()[event_id] == 1


def test_all_answers_of_the_put_are_lost(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """A postback that was stored without anybody knowing is parked as well, and is one event in the end."""
    body = new()
    with proxy.failing("losing", "dynamodb.PutItem", function="receive"):
        assert send(stack, body).status == 202
    event_id = drained(stack, body)
    age(stack, event_id)
    relay(stack)
    assert is_settled(stack, event_id)
    assert published()[event_id] == 1


@pytest.mark.parametrize(
    ("when", "operation"),
    [("dying", "dynamodb.PutItem"), ("dying after", "dynamodb.PutItem"), ("dying after", "sns.Publish")],
)
def test_drain_is_killed(stack: Stack, proxy: FaultProxy, published: Published, when: Fault, operation: str) -> None:
    """Where drain dies, the parked postback comes back to it, and is one event in the end."""
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
    assert is_settled(stack, event_id)
    assert published()[event_id] >= 1


@pytest.mark.parametrize("fault", OUTAGES)
def test_nothing_durable_can_be_written(stack: Stack, proxy: FaultProxy, fault: Fault) -> None:
    """Without DynamoDB and SQS the answer is 503, in time even where everything hangs, and nothing is left."""
    body = new()
    with proxy.failing(fault, "dynamodb", "sqs", "sns"):
        assert send(stack, body).status == 503
    assert not parked(stack)
    assert is_settled(stack, send_accepted(stack, body))


def test_slowest_road_is_answered_in_time(stack: Stack, proxy: FaultProxy) -> None:
    """A postback that is stored at the last moment, and then neither published nor settled, is accepted."""
    with (
        proxy.failing("hanging", "sns", "dynamodb.UpdateItem"),
        proxy.failing("hanging", "dynamodb.PutItem", times=1),
    ):
        assert is_marked(stack, send_accepted(stack, new()))


def test_unreadable_is_kept_and_sent_back_after_a_fix(stack: Stack, published: Published) -> None:
    """What cannot be read gets 400 and is kept with the reason; mended and sent back, it is an event as of then."""
    mended = new()
    answer = send(stack, mended[:-20])
    assert (answer.status, answer.json["type"]) == (400, "urn:callfire-postbacks:problem:malformed-xml")
    [message] = map(json.loads, take_rejected(stack))
    assert (message["reason"], b64decode(message["body"])) == ("malformed-xml", mended[:-20])
    fixed_at = datetime.now(UTC)
    send_back(stack, json.dumps(message | {"body": b64encode(mended).decode()}))
    event_id = drained(stack, mended)
    assert is_settled(stack, event_id)
    assert received_at(stack, event_id) < fixed_at
    assert published()[event_id] == 1


def test_unreadable_sent_back_without_a_fix(stack: Stack) -> None:
    """What still cannot be read goes back to where it came from, as it was."""
    send(stack, b"{}")
    [before] = take_rejected(stack)
    send_back(stack, before)
    wait_until(lambda: not parked(stack))
    assert take_rejected(stack) == [before]


def test_unreadable_that_cannot_be_rejected(stack: Stack, proxy: FaultProxy) -> None:
    """Where the rejected queue does not take it the answer is 202, and it is rejected later."""
    body = new()[:-20]
    with proxy.failing("throttled", "sqs", function="receive", times=2):  # both attempts
        assert send(stack, body).status == 202
    wait_until(lambda: not parked(stack))
    assert [b64decode(json.loads(message)["body"]) for message in take_rejected(stack)] == [body]


def test_what_is_never_taken_is_rejected_in_the_end(stack: Stack) -> None:
    """What drain fails on as often as it may be received is moved to the rejected queue by SQS itself."""
    with fewer_receptions(stack, 2):
        send_back(stack, "none of ours")
        wait_until(lambda: not parked(stack))
    assert take_rejected(stack) == ["none of ours"]


def test_wrong_url_during_an_outage(stack: Stack, proxy: FaultProxy) -> None:
    """What comes through a wrong URL while nobody can tell is parked, and dropped as soon as somebody can."""
    body = new()
    with proxy.failing("down", "dynamodb"):
        assert post(f"{stack.api_url}/postbacks/callfinish/{'w' * 43}", body).status == 202
    wait_until(lambda: not parked(stack))
    assert not take_rejected(stack)
    send_accepted(stack, body)  # which was not there


def test_sns_is_down_for_days(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """Whatever waits for SNS goes out when it is back, though the relay dies over it, and nothing stays marked."""
    with proxy.failing("down", "sns"):
        ids = [send_accepted(stack, new(kind)) for kind in SAMPLES for _ in range(5)]
        for event_id in ids:
            age(stack, event_id, timedelta(days=3))
        answer = relay(stack)
        assert answer["published"] == 0
        assert answer["oldest_seconds"] >= timedelta(days=3).total_seconds()
        assert all(is_marked(stack, event_id) for event_id in ids)
    with proxy.failing("dying after", "sns.PublishBatch"):
        assert "errorMessage" in relay(stack)
    relay(stack)
    assert all(is_settled(stack, event_id) for event_id in ids)
    assert published().keys() >= {*ids}


def drained(stack: Stack, body: bytes) -> str:
    """Wait until a postback is drained, and return its event's id, which its next copy is told."""
    wait_until(lambda: not parked(stack))
    answer = send(stack, body)
    assert (answer.status, answer.json["status"]) == (200, "duplicate")
    return str(answer.json["id"])


def received_at(stack: Stack, event_id: str) -> datetime:
    """When an event says that its postback came."""
    return datetime.fromisoformat(item(stack, event_id)["event"]["M"]["recordedtime"]["S"])


@contextmanager
def fewer_receptions(stack: Stack, most: int) -> Iterator[None]:
    """Have the parked queue give a message up after fewer receptions."""
    sqs, queue = stack.aws.sqs, stack.outputs["ParkedQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])["Attributes"]
    fewer = json.loads(before["RedrivePolicy"]) | {"maxReceiveCount": most}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(fewer)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)
