"""Simulate the effect of a hanging DynamoDB on concurrency, with and without a circuit breaker.

A postback takes a free environment (the last used one first), or a new one if the account's limit allows, or is
throttled. While DynamoDB hangs, a postback waits for it and is then parked. With a breaker, an environment that has
waited once calls DynamoDB for only a share of its postbacks, and parks the others at once.
"""

from heapq import heappop, heappush
from random import Random
from typing import Final, NamedTuple

CONCURRENCY: Final = 1_000
"""Functions that may run at once in an account, unless AWS has raised the limit."""
WAIT_SECONDS: Final = 4.5
"""Duration of a call if DynamoDB does not answer: two attempts of 2 s, and a pause of up to 1 s between them."""
PARK_SECONDS: Final = 0.02
"""Assumed: one call of SQS, and little else."""


class Outage(NamedTuple):
    """The result of the simulation."""

    sent: int
    turned_away: int
    at_once: int
    """The largest number of functions that ran at the same time."""


def hang(rate: float, *, seconds: float = 60, asked: float = 1) -> Outage:
    """Simulate a hang of some seconds at a rate of postbacks, with the share that a breaker lets through."""
    random = Random(0)  # noqa: S311  repeatable
    busy: list[tuple[float, bool]] = []  # busy until then, and whether the environment has waited for DynamoDB before
    free: list[bool] = []
    sent = int(rate * seconds)
    turned_away = at_once = 0
    for number in range(sent):
        now = number / rate
        while busy and busy[0][0] <= now:
            free.append(heappop(busy)[1])
        if not free and len(busy) >= CONCURRENCY:
            turned_away += 1
            continue
        has_waited = free.pop() if free else False
        asks = not has_waited or random.random() < asked
        heappush(busy, (now + PARK_SECONDS + (WAIT_SECONDS if asks else 0), True))
        at_once = max(at_once, len(busy))
    return Outage(sent, turned_away, at_once)
