"""Publishing on the deployed stack, as in the failure table: every stored event is published, whatever fails."""

from datetime import timedelta

import pytest

from local.stack import Stack
from local.subscriptions import call
from tests.faults.conftest import Published
from tests.support.bodies.unique import new
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.faults import OUTAGES, UNANSWERED, Fault
from tests.support.storm.observing import age, is_published, is_unpublished, relay, send, send_accepted
from tools.samples import SAMPLES


def test_sent_twice_or_through_two_subscriptions(stack: Stack, published: Published) -> None:
    """Copies through one or two subscriptions become one item and one message, and the answer says so."""
    assert call("PUT", f"{stack.api_url}/subscriptions/callfinish-70001").status_code == 200
    body = new()
    event_id = send_accepted(stack, body)
    for url in (stack.postback_urls["callfinish"], FakeCallFire(stack.fake_callfire).urls()["callfinish/70001"]):
        assert post(url, body).json == {"status": "duplicate", "id": event_id}
    assert is_published(stack, event_id)
    assert published()[event_id] == 1


@pytest.mark.parametrize("fault", [*OUTAGES, *UNANSWERED])
def test_sns_fails(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """If SNS fails, the answer is 200 and the event stays unpublished; the relay publishes it once SNS is back."""
    with proxy.failing(fault, "sns"):
        event_id = send_accepted(stack, new())
    assert is_unpublished(stack, event_id)
    age(stack, event_id)
    relay(stack)
    assert is_published(stack, event_id)
    assert published()[event_id] == (1 if fault in OUTAGES else 2)


@pytest.mark.parametrize("fault", ["throttled", "down", "losing"])
def test_marking_fails(stack: Stack, proxy: FaultProxy, published: Published, fault: Fault) -> None:
    """If marking as published fails, the postback is accepted; an event that stays unpublished is published again."""
    send_accepted(stack, new())  # so that only marking fails, and not the lookup, which is an update too
    with proxy.failing(fault, "dynamodb.UpdateItem"):
        event_id = send_accepted(stack, new())
    assert is_unpublished(stack, event_id) == (fault in OUTAGES)
    age(stack, event_id)
    relay(stack)
    assert is_published(stack, event_id)
    assert published()[event_id] == (2 if fault in OUTAGES else 1)


@pytest.mark.parametrize(
    ("when", "operation"),
    [("dying after", "dynamodb.PutItem"), ("dying", "sns.Publish"), ("dying after", "sns.Publish")],
)
def test_killed_after_storing(
    stack: Stack, proxy: FaultProxy, published: Published, when: Fault, operation: str
) -> None:
    """If the function dies after storing, before or after publishing, the relay publishes the stored event."""
    body = new()
    with proxy.failing(when, operation, function="receive"):
        assert send(stack, body).status >= 500
    answer = send(stack, body)  # CallFire may send again: so soon, the first receiver counts as still publishing
    assert (answer.status, answer.json["status"]) == (200, "duplicate")
    event_id = answer.json["id"]
    assert is_unpublished(stack, event_id)
    age(stack, event_id)
    relay(stack)
    assert is_published(stack, event_id)
    assert published()[event_id] == (2 if (when, operation) == ("dying after", "sns.Publish") else 1)


def test_copy_publishes_an_unpublished_event(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """A copy of an event that stays unpublished long after its receiver could be publishing it is published now."""
    body = new()
    with proxy.failing("down", "sns"):
        event_id = send_accepted(stack, body)
        age(stack, event_id)
    assert send(stack, body).json == {"status": "duplicate", "id": event_id}
    assert is_published(stack, event_id)
    assert published()[event_id] == 1


def test_sns_is_down_for_days(stack: Stack, proxy: FaultProxy, published: Published) -> None:
    """Every event that waits for SNS is published once SNS is back, even if the relay dies in between."""
    with proxy.failing("down", "sns"):
        ids = [send_accepted(stack, new(kind)) for kind in SAMPLES for _ in range(5)]
        for event_id in ids:
            age(stack, event_id, timedelta(days=3))
        answer = relay(stack)
        assert answer["published"] == 0
        assert answer["oldest_seconds"] >= timedelta(days=3).total_seconds()
        assert all(is_unpublished(stack, event_id) for event_id in ids)
    with proxy.failing("dying after", "sns.PublishBatch"):
        assert "errorMessage" in relay(stack)
    relay(stack)
    assert all(is_published(stack, event_id) for event_id in ids)
    assert published().keys() >= {*ids}
