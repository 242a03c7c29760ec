"""What is met first as postbacks become more: `PYTHONPATH=src python -m tools.scale.model`.

Arithmetic on AWS's documented limits, which docs/scale.md names with their sources, and two small simulations where
arithmetic is not enough. Nothing here was tried on AWS.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from callfire_postbacks.aws.circuit_breaker import ASKED
from callfire_postbacks.outbox.store import PARTITIONS
from tools.cost.model import Assumptions
from tools.cost.usage import measure
from tools.scale.outage import CONCURRENCY, hang
from tools.template import load_template

RATES: Final = (10, 200, 1_000, 10_000, 100_000)
KIND: Final = "call-finished"  # the sample that takes most
PARTITION_WRITE_UNITS: Final = 1_000
"""A second, of one partition, and so of one partition key whose sort key only grows: splitting does not help it."""
REQUESTS_PER_ENVIRONMENT: Final = 10
"""A second, by which Lambda counts concurrency too: short requests count as a tenth of a second."""
FIRST_PARTITIONS: Final = 4
"""Of a table or index on demand that is new: 4,000 write units a second."""


class Limit(NamedTuple):
    """A limit, and how much of it a rate of postbacks takes."""

    name: str
    at_most: float
    takes: Callable[[float], float]


def limits() -> list[Limit]:
    """All that is met, in the order of the road."""
    parts = len(PARTITIONS)
    table_units = measure(KIND).write_units - 4  # without what goes to indexes: two puts, and the mark in and out
    seconds = Assumptions().duration_seconds

    def environments(rate: float) -> float:
        return rate * max(seconds, 1 / REQUESTS_PER_ENVIRONMENT)

    default = load_template()["Parameters"]["ThrottlingRateLimit"]["Default"]
    return [
        Limit("ThrottlingRateLimit, by default", default, lambda rate: rate),
        Limit("API Gateway, requests of an account", 10_000, lambda rate: rate),
        Limit("Lambda, concurrency of an account", CONCURRENCY, environments),
        Limit("record of the one subscription", PARTITION_WRITE_UNITS, lambda rate: environments(rate) / 10),
        Limit("by_campaign, all of one campaign", PARTITION_WRITE_UNITS, lambda rate: rate),
        Limit("unpublished, each of its keys", PARTITION_WRITE_UNITS, lambda rate: 2 * rate / parts),
        Limit("table of events, on-demand quota", 40_000, lambda rate: table_units * rate),
        Limit("SNS, messages a second in us-east-1", 30_000, lambda rate: rate),
        Limit("SNS, messages a second in the smallest regions", 300, lambda rate: rate),
    ]


def postbacks_of_new_index(keys: int, *, random: Random, times: int = 1_000) -> tuple[float, float]:
    """Place keys on a new index's partitions at random: postbacks a second, in the middle and in the worst case."""
    fullest = [max(Counter(random.randrange(FIRST_PARTITIONS) for _ in range(keys)).values()) for _ in range(times)]
    found = [PARTITION_WRITE_UNITS / 2 / (most / keys) for most in fullest]
    return median(found), min(found)


def main() -> None:
    """Print it."""
    console = Console(width=120)
    taken = Table("Of each limit, taken at so many postbacks a second", "limit", *(f"{rate:,}" for rate in RATES))
    for limit in limits():
        shares = [limit.takes(rate) / limit.at_most for rate in RATES]
        taken.add_row(limit.name, f"{limit.at_most:,}", *(f"{'[red]' if one > 1 else ''}{one:.1%}" for one in shares))
    console.print(taken)

    spread = Table("Keys of the index of what is unpublished, new", "postbacks/s, middle", "worst of 1,000")
    for keys in (1, 16, 256):
        middle, worst = postbacks_of_new_index(keys, random=Random(0))  # noqa: S311  repeatable
        spread.add_row(f"{keys}", f"{middle:,.0f}", f"{worst:,.0f}")
    console.print(spread)

    hung = Table("DynamoDB hangs, postbacks a second", "circuit breaker", "lost in a minute", "in ten", "most at once")
    for rate in (100, 200, 500, 1_000):
        for breaker, asked in (("none", 1.0), ("receive's", ASKED)):
            minute, ten = hang(rate, asked=asked), hang(rate, asked=asked, seconds=600)
            lost = (f"{one.turned_away / one.sent:.1%}" for one in (minute, ten))
            hung.add_row(f"{rate:,}", breaker, *lost, f"{minute.at_once:,}")
    console.print(hung)


if __name__ == "__main__":
    main()
