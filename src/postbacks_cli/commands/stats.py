"""`postbacks stats`: count the outcomes of calls and texts."""

from datetime import tzinfo
from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.events import stored_events
from postbacks_cli.events.selecting import selecting
from postbacks_cli.events.selection import Selection
from postbacks_cli.events.stats import By, Row, count, total
from postbacks_cli.terminal.options import AsJson, kind_of
from postbacks_cli.terminal.output import emit_json, say
from postbacks_cli.terminal.progress import progress
from postbacks_cli.terminal.tables import Column, emit_table


@selecting
def stats(
    context: typer.Context,
    *,
    selection: Selection,
    zone: tzinfo,
    by: Annotated[By, typer.Option(metavar="WORD", help="Count by campaign, outcome, hour or type.")] = "campaign",
    as_json: AsJson = False,
) -> None:
    """Count calls, texts and replies, by campaign, outcome, hour or type.

    The most failures come first; hours are in chronological order. A call is reached if a person answered it, a text if
    it was sent. The outcomes busy, no_answer, do_not_call, undialed and failed count as failed; an answering machine
    counts as neither.

    Example: `postbacks stats --on today --by outcome --time-zone America/Los_Angeles`
    """
    stack = find_stack.of(context)
    with progress("Counting") as tell:
        rows = count(stored_events.select(stack, selection, tell), by, zone)
    if as_json:
        for row in rows:
            emit_json({by: row.key} | {name: value for name, value in row._asdict().items() if name != "key"})
    elif rows:
        columns = [Column(by), *map(Column, Row._fields[1:])]
        emit_table(columns, [_cells(row) for row in (*rows, total(rows))])
    else:
        say("No event matches.")


def _cells(row: Row) -> list[str]:
    return [kind_of(row.key), *(f"{value:>{len(name)},}" for name, value in zip(row._fields[1:], row[1:], strict=True))]
