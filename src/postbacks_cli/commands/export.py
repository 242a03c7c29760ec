"""`postbacks export`: write stored events as CSV or JSON lines, without a limit."""

import csv
import io
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.events import stored_events
from postbacks_cli.events.exporting import COLUMNS, cells
from postbacks_cli.events.selecting import selecting
from postbacks_cli.events.selection import Selection
from postbacks_cli.terminal.output import counted, emit_json, printable, say
from postbacks_cli.terminal.progress import progress

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_BOM = "\N{BYTE ORDER MARK}"


@selecting
def export(
    context: typer.Context,
    *,
    selection: Selection,
    form: Annotated[
        Literal["csv", "jsonl"], typer.Option("--format", metavar="FORM", help="csv, or jsonl for whole events.")
    ] = "csv",
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin with a byte order mark, which Excel needs to recognize UTF-8.")
    ] = False,
) -> None:
    """Write all selected events to stdout, in no particular order.

    A CSV always has the same columns. A cell that a spreadsheet could treat as a formula begins with an apostrophe.

    Example: `postbacks export --format csv --bom --campaign 22222 > campaign.csv`
    """
    stack = find_stack.of(context)
    with progress("Exporting") as tell:
        events = stored_events.select(stack, selection, tell)
        if bom:
            _write(_BOM)
        written = _csv(events) if form == "csv" else _jsonl(events)
    say(f"Exported: {counted(written, 'event')}.")


def _csv(events: "Iterable[EventDocument]") -> int:
    written = 0
    _write(_row(COLUMNS))
    for written, event in enumerate(events, 1):  # noqa: B007  the last number is the count
        _write(_row(cells(event)))
    return written


def _jsonl(events: "Iterable[EventDocument]") -> int:
    written = 0
    for written, event in enumerate(events, 1):  # noqa: B007  as above
        emit_json(event)
    return written


def _row(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _write(text: str) -> None:
    """Write UTF-8 in any locale, with CSV's line ends; on a terminal, escape control characters."""
    if sys.stdout.isatty():
        typer.echo(printable(text.strip(f"\r\n{_BOM}")))
    else:
        typer.echo(text.encode(), nl=False)
