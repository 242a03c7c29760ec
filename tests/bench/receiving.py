"""Pass postbacks to the receive function in this process, and measure it."""

import time
from collections.abc import Iterable
from copy import deepcopy
from statistics import median
from typing import Any

from callfire_postbacks.aws import clients
from callfire_postbacks.functions import receive
from tests.bench.invocation import CONTEXT

Request = dict[str, Any]


def request(template: Request, body: bytes, *, subscription: str = "callfinish") -> Request:
    """Return API Gateway's request with a body, built from another request."""
    made = deepcopy(template)
    made["body"] = body.decode()
    made["pathParameters"]["subscription"] = subscription
    made["requestContext"]["timeEpoch"] = time.time_ns() // 1_000_000
    return made


def seconds_each(requests: Iterable[Request]) -> float:
    """Return the median processor time of a postback."""
    return median(_seconds(one) for one in requests)


def seconds_and_calls_each(requests: list[Request]) -> tuple[float, float]:
    """Return the same, and the average number of AWS calls of a postback."""
    calls = []
    watched: list[Any] = [clients.dynamodb(), clients.sns()]
    for client in watched:
        client.meta.events.register("before-send", lambda **_: calls.append(1), unique_id="count")
    seconds = seconds_each(requests)
    for client in watched:
        client.meta.events.unregister("before-send", unique_id="count")
    return seconds, len(calls) / len(requests)


def _seconds(one: Request) -> float:
    start = time.process_time()
    answer = receive.handler(one, CONTEXT)
    assert answer["statusCode"] == 200, answer
    return time.process_time() - start
