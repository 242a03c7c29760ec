"""`postbacks expire`: apply the parameter RetentionDays to events that are stored already."""

from typing import Annotated, Any

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.invocation import invoke
from postbacks_cli.aws.stack import Stack
from postbacks_cli.terminal.options import Yes
from postbacks_cli.terminal.output import counted, emit, say
from postbacks_cli.terminal.progress import Progress, progress


def expire(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the events.")] = False,
    yes: Yes = False,
) -> None:
    """Apply the stack's RetentionDays to stored events; a new value by itself applies only to later events.

    The command reads the whole table, counts the events, and asks. DynamoDB deletes events older than RetentionDays
    within a few days; with RetentionDays=0 it deletes none. Unpublished events do not change.

    Example: `postbacks expire --dry-run`
    """
    stack = find_stack.of(context)
    with progress("Counting") as tell:
        events, overdue = _run(stack, tell, is_dry=True)
    emit(f"New expiry: {counted(events, 'event')}. To be deleted soon: {counted(overdue, 'event')}.")
    if dry_run or not events:
        return
    if not yes:
        question = f"Change {counted(events, 'event')}, of which {overdue:,} will be deleted?"
        typer.confirm(question, abort=True, err=True)
    with progress("Changing") as tell:
        changed, _ = _run(stack, lambda done, _: tell(done, events), is_dry=False)
    say(f"Changed: {counted(changed, 'event')}.")


def _run(stack: Stack, tell: Progress, *, is_dry: bool) -> tuple[int, int]:
    """Count or change all events, request by request; return how many there are, and how many are overdue."""
    request: dict[str, Any] | None = {"expire": {}, "dry_run": is_dry}
    events = overdue = 0
    while request:
        answer = invoke(stack, "RelayFunctionName", request)
        events, overdue, request = answer["events"], answer["overdue"], answer["next"]
        tell(events, None)
    return events, overdue
