"""Counts of call and text outcomes by campaign, outcome, hour or type."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from callfire_events import CallFinished, TextReceived, TextSent

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

By = Literal["campaign", "outcome", "hour", "type"]

REACHED: Final = {"answered", "transferred", "sent"}
"""Outcomes of calls that a person took, and of texts that were sent."""
FAILED: Final = {"busy", "no_answer", "do_not_call", "undialed", "failed"}
"""Outcomes of failed calls and texts. An answering machine is neither reached nor failed."""
NONE: Final = "-"
"""The key of events without a campaign or an outcome."""


class Row(NamedTuple):
    """The counts for one campaign, outcome, hour or type."""

    key: str
    calls: int
    reached: int
    failed: int
    texts: int
    replies: int


def count(events: "Iterable[EventDocument]", by: By, zone: tzinfo = UTC) -> list[Row]:
    """Count events, most failures first; hours in chronological order. An hour is that of `time` in `zone`."""
    counts: dict[str, Counter[str]] = {}
    for event in events:
        counts.setdefault(_key(event, by, zone), Counter()).update(_columns(event))
    rows = [Row(key, *(counted[column] for column in Row._fields[1:])) for key, counted in counts.items()]
    if by == "hour":
        return sorted(rows)
    return sorted(rows, key=lambda row: (-row.failed, -row.calls - row.texts - row.replies, row.key))


def total(rows: Sequence[Row]) -> Row:
    """Add rows up; zeros without any."""
    return Row("all", *(sum(getattr(row, column) for row in rows) for column in Row._fields[1:]))


def _key(event: "EventDocument", by: By, zone: tzinfo) -> str:
    match by:
        case "campaign":
            return str(event["data"].get("campaign_id", NONE))
        case "outcome":
            return str(event["data"].get("outcome", NONE))
        case "hour":
            return datetime.fromisoformat(event["time"]).astimezone(zone).strftime("%Y-%m-%d %H:00")
        case "type":
            return event["type"]


def _columns(event: "EventDocument") -> list[str]:
    match event["type"]:
        case CallFinished.TYPE:
            column = "calls"
        case TextSent.TYPE:
            column = "texts"
        case TextReceived.TYPE:
            return ["replies"]
        case _:
            return []
    outcome = event["data"].get("outcome")
    return [column, *(["reached"] if outcome in REACHED else []), *(["failed"] if outcome in FAILED else [])]
