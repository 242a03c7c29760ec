"""`postbacks replay`: has the relay publish stored events once more."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from callfire_events.envelope import format_timestamp
from postbacks_cli import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.invocation import invoke
from postbacks_cli.options import Since, Until, Yes
from postbacks_cli.output import counted, emit, say, stderr
from postbacks_cli.stack import Stack

_BEGINNING: Final = datetime.fromtimestamp(0, UTC)
_END: Final = datetime.max.replace(tzinfo=UTC)


def replay(
    context: typer.Context,
    *,
    ids: Annotated[list[str] | None, typer.Option("--id", metavar="ID", help="This event; may be repeated.")] = None,
    campaign: Annotated[str | None, typer.Option(metavar="ID", help="Those of this campaign.")] = None,
    since: Since = None,
    until: Until = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count them.")] = False,
    yes: Yes = False,
) -> None:
    """Publish stored events again, with the same ids and the attribute `replayed`: by id, campaign or time.

    They are counted first. The relay publishes what is marked within about two minutes; a large replay takes longer,
    and new events go first. --since and --until compare with the time when the events finished.
    """
    selection = _selection(ids, campaign, since, until)
    stack = find_stack.of(context)
    found = _run(stack, selection, total=None, is_dry=True)
    if dry_run or not found:
        emit(f"Selected: {counted(found, 'event')}.")
        return
    if not yes:
        typer.confirm(f"Publish {counted(found, 'event')} again?", abort=True, err=True)
    marked = _run(stack, selection, total=found, is_dry=False)
    emit(f"Marked: {counted(marked, 'event')}.")
    say("The relay publishes them, beginning within a minute.")


def _selection(
    ids: list[str] | None, campaign: str | None, since: datetime | None, until: datetime | None
) -> dict[str, Any]:
    """Return what the relay takes (see callfire_postbacks.replay). Raises CommandError."""
    if ids and not (campaign or since or until):
        return {"ids": ids}
    if ids:
        raise CommandError("--id goes with no other selection.")
    if not (campaign or since or until):
        raise CommandError("Which events? Give --id, --campaign, --since or --until.")
    between = {"from": format_timestamp(since or _BEGINNING), "to": format_timestamp(until or _END)}
    return {"campaign_id": campaign, **between} if campaign else between


def _run(stack: Stack, selection: dict[str, Any], *, total: int | None, is_dry: bool) -> int:
    """Count or mark all that is selected, as often as the relay asks to go on; return how many there are."""
    request: dict[str, Any] | None = {"replay": selection, "dry_run": is_dry}
    events = 0
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as progress:
        task = progress.add_task("Counting" if is_dry else "Marking", total=total)
        while request:
            answer = invoke(stack, "RelayFunctionName", request)
            events, request = answer["events"], answer["next"]
            progress.update(task, completed=events)
    return events
