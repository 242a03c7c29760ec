"""A body with several events on the deployed stack: each is stored once, whatever fails between two of them."""

from itertools import count

import pytest

from local.stack import Stack
from tests.faults.conftest import Published
from tests.support.bodies.unique import SEVERAL, new
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.faults import Call, Fault
from tests.support.storm.observing import age, is_published, recover, relay, send


@pytest.mark.parametrize(
    ("fault", "operation"),
    [
        ("refused", "PutItem"),
        ("dying", "PutItem"),
        ("dying after", "PutItem"),
        ("dying", "Publish"),
        ("refused", "Publish"),
    ],
)
def test_second_event_fails(
    stack: Stack, proxy: FaultProxy, published: Published, fault: Fault, operation: str
) -> None:
    """A fault at the second event loses none: the body is parked or sent again, and the rest is published."""
    body, calls = new(SEVERAL), count(1)

    def decide(call: Call) -> Fault | None:
        is_meant = (call.function, call.operation) == ("receive", operation)
        return fault if is_meant and next(calls) >= 2 else None

    with proxy.deciding(decide):
        status = send(stack, body).status
    if fault == "refused":
        assert status == (202 if operation == "PutItem" else 200)
    else:
        assert status >= 500
    recover(stack)
    ids = send(stack, body).json["ids"]
    assert len(ids) == 2
    for event_id in ids:
        age(stack, event_id)
    relay(stack)
    assert all(is_published(stack, event_id) for event_id in ids)
    assert [published()[event_id] for event_id in ids] == [1, 1]
