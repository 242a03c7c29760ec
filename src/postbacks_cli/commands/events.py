"""`postbacks events`: list stored events, newest first."""

from datetime import tzinfo
from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.events import event_rows, stored_events
from postbacks_cli.events.selecting import selecting
from postbacks_cli.events.selection import Selection
from postbacks_cli.terminal.options import AsJson
from postbacks_cli.terminal.output import emit_json, say
from postbacks_cli.terminal.progress import progress
from postbacks_cli.terminal.tables import emit_table


@selecting
def events(
    context: typer.Context,
    *,
    selection: Selection,
    zone: tzinfo,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most the newest N events.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List stored events, newest first.

    Without a campaign or a phone number, the command reads the whole table, which takes a while if it is large.

    Example: `postbacks events --received-since 2h --outcome busy`
    """
    stack = find_stack.of(context)
    with progress("Reading events") as tell:
        found = stored_events.newest(stack, selection, limit + 1, tell)
    shown = found[:limit]
    if as_json:
        for event in shown:
            emit_json(event)
    elif shown:
        emit_table(event_rows.columns(zone), [event_rows.row(event, zone) for event in shown])
    else:
        say("No event matches.")
    if len(found) > limit:
        say(f"Only the newest {limit:,} are shown: --limit shows more.")
