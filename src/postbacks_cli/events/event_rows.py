"""The line of an event in `events` and `tail`: at most 80 columns, with the whole id."""

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Final

from postbacks_cli import times
from postbacks_cli.terminal.options import kind_of
from postbacks_cli.terminal.tables import Column

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_NOUNS: Final = {"call-finished": "call", "text-sent": "text", "text-received": "reply"}
_WHAT: Final = 19
_NUMBER: Final = 12
"""The widths of these two columns, in characters."""


def columns(zone: tzinfo = UTC) -> list[Column]:
    """Return the columns; times are shown in `zone`."""
    return [
        Column(f"time ({zone})" if zone is UTC else "time"),
        Column("what"),
        Column("number", least=_NUMBER),
        Column("campaign", drop=1),
        Column("id", is_id=True),
    ]


def row(event: "EventDocument", zone: tzinfo = UTC) -> list[str | None]:
    """Return the cells of an event."""
    data = event["data"]
    return [
        times.short(event["time"], zone),
        what(event).replace("answering_machine", "machine"),
        data.get("phone_number"),
        data.get("campaign_id"),
        event["id"],
    ]


def what(event: "EventDocument") -> str:
    """Describe an event and its outcome: "call transferred", "campaign-finished"."""
    kind = kind_of(event["type"])
    outcome = event["data"].get("outcome")
    noun = _NOUNS.get(kind, kind)
    return noun if outcome is None or noun == "reply" else f"{noun} {outcome}"


def line(event: "EventDocument", *, is_replay: bool = False) -> str:
    """Return an event as one line, with aligned columns; a star marks a replay."""
    when, outcome, number, _, event_id = row(event)
    description = f"{'*' if is_replay else ''}{outcome}"
    return f"{when or '':11}  {description[:_WHAT]:{_WHAT}}  {(number or '')[:_NUMBER]:{_NUMBER}}  {event_id}"
