"""Hands postbacks to the function that receives, in this process, and says what that takes."""

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
    """Return what API Gateway hands over for a body, like a template for another one."""
    made = deepcopy(template)
    made["body"] = body.decode()
    made["pathParameters"]["subscription"] = subscription
    made["requestContext"]["timeEpoch"] = time.time_ns() // 1_000_000
    return made


def seconds_each(requests: Iterable[Request]) -> float:
    """Return the processor time of a postback in the middle."""
    return median(_seconds(one) for one in requests)


def seconds_and_calls_each(requests: list[Request]) -> tuple[float, float]:
    """Return the same, and how many calls of AWS a postback makes on average."""
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
