"""`postbacks events`: what is stored, newest first."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from postbacks_cli import find_stack, stored_events, times
from postbacks_cli.options import AsJson, Phone, Since, Types, Until, kind_of
from postbacks_cli.output import emit_json, emit_table, say, stderr
from postbacks_cli.stored_events import Selection

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_COLUMNS: Final = ("time (UTC)", "type", "campaign", "phone number", "outcome", "id")


def row(event: "EventDocument") -> list[str | None]:
    """Return what a table says of an event."""
    data = event["data"]
    outcome = data.get("outcome") or data.get("status")
    return [
        times.shown(event["time"]),
        kind_of(event["type"]),
        data.get("campaign_id"),
        data.get("phone_number"),
        outcome,
        event["id"],
    ]


def events(
    context: typer.Context,
    *,
    campaign: Annotated[str | None, typer.Option(metavar="ID", help="Of this campaign.")] = None,
    phone: Phone = None,
    since: Since = None,
    until: Until = None,
    types: Types = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="The newest so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List stored events, newest first: by campaign, phone number, type and the time when they finished.

    With neither campaign nor phone number the whole table is read, which takes its time where it is large.
    """
    stack = find_stack.of(context)
    selection = Selection(campaign, phone, since, until, frozenset(types or ()))
    with stderr.status("Reading the table of events …"):
        found = stored_events.newest(stack, selection, limit + 1)
    shown = found[:limit]
    if as_json:
        for event in shown:
            emit_json(event)
    elif shown:
        emit_table(_COLUMNS, map(row, shown))
    else:
        say("No event is like that.")
    if len(found) > limit:
        say(f"Only the newest {limit:,} are shown: --limit shows more.")
