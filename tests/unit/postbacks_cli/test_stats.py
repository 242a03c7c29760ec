"""Counts of the outcomes of calls and texts."""

from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from postbacks_cli.events.stats import By, Row, count, total


def event(kind: str, outcome: str | None = None, *, campaign: str | None = "1", time: str = "03-01T12:30") -> Any:  # noqa: ANN401  JSON
    """Return an event with the fields that are counted."""
    data = {"outcome": outcome, "campaign_id": campaign}
    return {
        "type": f"com.callfire.{kind}.v1",
        "time": f"2026-{time}:00.000Z",
        "data": {name: value for name, value in data.items() if value},
    }


EVENTS = [
    event("call.finished", "answered"),
    event("call.finished", "transferred"),
    event("call.finished", "busy"),
    event("call.finished", "answering_machine"),
    event("text.sent", "sent"),
    event("text.sent", "failed", campaign="2"),
    event("text.sent", "do_not_call", campaign="2", time="03-01T13:30"),
    event("text.received", "received", campaign="2"),
    event("campaign.finished", campaign=None),
]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("campaign", [Row("2", 0, 0, 2, 2, 1), Row("1", 4, 3, 1, 1, 0), Row("-", 0, 0, 0, 0, 0)]),
        ("hour", [Row("2026-03-01 12:00", 4, 3, 2, 2, 1), Row("2026-03-01 13:00", 0, 0, 1, 1, 0)]),
    ],
)
def test_count(by: Any, rows: list[Row]) -> None:  # noqa: ANN401  a literal
    """Calls, texts and replies are counted by outcome: most failures first, hours in order."""
    assert count(EVENTS, by) == rows


def test_total() -> None:
    """Every grouping gives the same total."""
    for by in get_args(By):
        assert total(count(EVENTS, by))[1:] == (4, 3, 3, 3, 1)


def test_total_of_nothing() -> None:
    """Without events every total is zero."""
    assert total([]) == Row("all", 0, 0, 0, 0, 0)


def test_hour_in_a_time_zone() -> None:
    """An hour is an hour of the chosen zone."""
    [row] = count(EVENTS[:1], "hour", ZoneInfo("Asia/Kolkata"))
    assert row.key == "2026-03-01 18:00"
