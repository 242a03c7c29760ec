"""The cost of a million postbacks, from the template, the real calls and the table of prices.

    python -m tools.cost.model

The figures of `Assumptions` are assumed, because no local stack can measure them; everything else is counted.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Column, Table

from callfire_postbacks.outbox.store import PARTITIONS
from tools.cost import prices
from tools.cost.counting_aws import Usage
from tools.cost.usage import measure
from tools.samples import LATER_SAMPLES, SAMPLES
from tools.template import load_template

MILLION: Final = 1_000_000
GB: Final = 2**30
_MINUTES: Final = 30 * 24 * 60
COLUMNS: Final = (
    *("write units", "item bytes", "message bytes"),
    *("DynamoDB", "the rest", "together", "kept for a month"),
)
SEVERAL_EVENTS: Final = "v2-several-events"
"""A sample that costs as much as its events."""
_SNS_REQUEST_BYTES: Final = 65_536


@dataclass(frozen=True)
class Assumptions:
    """Figures that are not measured here."""

    duration_seconds: float = 0.030
    """Of a warm invocation: three calls of some milliseconds each, and CPU time for their code."""
    cold_share: float = 0.01
    cold_seconds: float = 1.0
    lookup_share: float = 0.01
    """The share of postbacks with a lookup of the subscription: one in ten seconds for each running function."""


def dollars(usage: Usage, assumed: Assumptions) -> dict[str, float]:
    """Return the cost of a million postbacks of one kind, by billed item."""
    memory = load_template()["Parameters"]["MemorySize"]["Default"] / 1024
    seconds = assumed.duration_seconds + assumed.cold_share * assumed.cold_seconds
    calls = Counter(usage.calls)
    each = {
        "HTTP API": prices.HTTP_API_REQUEST,
        "Lambda, requests": prices.LAMBDA_REQUEST,
        "Lambda, time": memory * seconds * prices.LAMBDA_GB_SECOND,
        "DynamoDB, writes": (usage.write_units + assumed.lookup_share) * prices.DYNAMODB_WRITE_UNIT,
        "SNS": calls["sns.Publish"] * math.ceil(usage.message_bytes / _SNS_REQUEST_BYTES) * prices.SNS_REQUEST,
        "Logs": usage.log_bytes / GB * prices.LOG_GB,
    }
    return {name: price * MILLION for name, price in each.items()}


def storage(usage: Usage) -> float:
    """Return the cost of keeping a million events for a month, indexes and backup included."""
    price = prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_BACKUP_GB_MONTH
    return usage.stored_bytes * MILLION / GB * price


def idle() -> dict[str, float]:
    """Return the monthly cost without any postbacks."""
    resources = load_template()["Resources"].values()
    kinds = Counter(resource["Type"] for resource in resources if "Condition" not in resource)
    relay: dict[str, Any] = load_template()["Resources"]["RelayFunction"]["Properties"]
    half = 0.5  # a query that finds nothing costs half a read unit
    run = 0.1 * relay["MemorySize"] / 1024 * prices.LAMBDA_GB_SECOND + prices.LAMBDA_REQUEST + prices.SCHEDULE
    return {
        "alarms": kinds["AWS::CloudWatch::Alarm"] * prices.ALARM_MONTH,
        "dashboard (the first three of an account are free)": kinds["AWS::CloudWatch::Dashboard"]
        * prices.DASHBOARD_MONTH,
        "metrics of the relay": 3 * prices.METRIC_MONTH,
        "relay, 0.1 s a run assumed": _MINUTES * (run + len(PARTITIONS) * half * prices.DYNAMODB_READ_UNIT),
    }


def main() -> None:
    """Print the model."""
    console, assumed = Console(width=120), Assumptions()
    table = Table(Column("sample", no_wrap=True), *COLUMNS, title="Counted for one postback, and dollars a million")
    for kind in [*SAMPLES, *(name for name in LATER_SAMPLES if name.startswith("v2-") and name != SEVERAL_EVENTS)]:
        usage = measure(kind)
        cost = dollars(usage, assumed)
        writes, together = cost["DynamoDB, writes"], sum(cost.values())
        prices_of_kind = (f"{price:.2f}" for price in (writes, together - writes, together, storage(usage)))
        counted = (usage.write_units, usage.item_bytes, usage.message_bytes)
        table.add_row(kind, *map(str, counted), *prices_of_kind)
    console.print(table)
    rest = {name: round(price, 2) for name, price in cost.items() if name != "DynamoDB, writes"}
    console.print("The rest:", rest)
    console.print("An idle month:", {name: round(price, 2) for name, price in idle().items()})
    console.print("Assumed:", assumed)
    console.print(f"Prices ({prices.DATE}):", prices.table())


if __name__ == "__main__":
    main()
