"""`postbacks replay`: let the relay publish stored events again."""

from typing import Annotated, Any, Final

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.invocation import invoke
from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError
from postbacks_cli.events import stored_events
from postbacks_cli.events.selecting import selecting
from postbacks_cli.events.selection import Selection
from postbacks_cli.terminal.options import Yes
from postbacks_cli.terminal.output import counted, emit, say
from postbacks_cli.terminal.progress import progress

_AT_ONCE: Final = 10_000
"""Ids in one request: 350 kB of Lambda's limit of 6 MB."""


@selecting
def replay(
    context: typer.Context,
    *,
    ids: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="Publish this event. May be repeated.")
    ] = None,
    selection: Selection,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the events.")] = False,
    yes: Yes = False,
) -> None:
    """Publish stored events again, with the same ids and the attribute `replayed`.

    The command counts the events first, and asks. If it selects none, it ends with 1. The relay begins within a minute;
    a large replay takes longer, and new events go first.

    Example: `postbacks replay --campaign 22222 --received-since 2h --dry-run`
    """
    if ids and selection:
        raise CommandError("--id cannot be combined with other options that select events.")
    if not ids and not selection:
        raise CommandError("Select events, by --id or by options such as --campaign or --received-since.")
    stack = find_stack.of(context)
    selected = existing(stack, ids) if ids else select_ids(stack, selection)
    if not selected:
        raise CommandError("No event matches, so nothing is published again.")
    if dry_run:
        emit(f"Selected: {counted(len(selected), 'event')}.")
        return
    if not yes:
        typer.confirm(f"Publish {counted(len(selected), 'event')} again?", abort=True, err=True)
    emit(f"Marked: {counted(request_replays(stack, selected), 'event')}.")
    say("The relay begins to publish them within a minute.")


def existing(stack: Stack, ids: list[str]) -> list[str]:
    """Return the ids of stored events among the given ids. Raises botocore's errors."""
    return [item["id"] for item in stored_events.get_all(stack, ids)]


def select_ids(stack: Stack, selection: Selection) -> list[str]:
    """Return the ids of all events of a selection. Raises botocore's errors."""
    with progress("Counting") as tell:
        return [event["id"] for event in stored_events.select(stack, selection, tell)]


def request_replays(stack: Stack, ids: list[str]) -> int:
    """Make the relay publish events again; return how many will be. Raises CommandError and botocore's errors."""
    requested = 0
    with progress("Marking") as tell:
        for start in range(0, len(ids), _AT_ONCE):
            request: dict[str, Any] | None = {"replay": {"ids": ids[start : start + _AT_ONCE]}}
            before = requested
            while request:
                answer = invoke(stack, "RelayFunctionName", request)
                requested, request = before + answer["events"], answer["next"]
                tell(requested, len(ids))
    return requested
