"""What a DynamoDB that hangs does to the functions that may run, simulated: with a circuit breaker, and without.

A postback takes an environment that is free, the one used last, or a new one while the account allows; else it is
turned away. While DynamoDB hangs, whoever asks it waits, then parks; with a breaker, an environment that has waited in
vain asks for a share of the postbacks only, and parks the others at once.
"""

from heapq import heappop, heappush
from random import Random
from typing import Final, NamedTuple

CONCURRENCY: Final = 1_000
"""Functions that may run at once in an account, unless AWS has raised it."""
WAIT_SECONDS: Final = 4.5
"""What a call takes of a DynamoDB that takes connections and does not answer: two attempts of 2 s, and a pause of up
to 1 s between them."""
PARK_SECONDS: Final = 0.02
"""Assumed: one call of SQS, and little else."""


class Outage(NamedTuple):
    """What came of it."""

    sent: int
    turned_away: int
    at_once: int
    """The most functions that ran at the same time."""


def hang(rate: float, *, seconds: float = 60, asked: float = 1) -> Outage:
    """Let DynamoDB hang for a while, with so many postbacks a second, and the share for which it is asked again."""
    random = Random(0)  # noqa: S311  repeatable
    busy: list[tuple[float, bool]] = []  # until when, and whether it has waited in vain by then
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
