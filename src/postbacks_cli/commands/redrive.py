"""`postbacks redrive`: process rejected postbacks again, after a fix."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.queues import redriving
from postbacks_cli.terminal.options import Reasons
from postbacks_cli.terminal.output import counted, emit, say
from postbacks_cli.terminal.progress import progress


def redrive(
    context: typer.Context,
    *,
    reasons: Reasons = None,
    ids: Annotated[
        list[str] | None,
        typer.Option(
            "--id", metavar="ID", help="Only this postback, as `postbacks rejected` lists it. May be repeated."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the postbacks.")] = False,
) -> None:
    """Move all or some rejected postbacks to the parked queue, to be processed again.

    A postback that still cannot be read is rejected again. An interruption loses nothing: a postback is deleted from
    one queue only after it is in the other, and a postback in both becomes one event. If --reason selects none, the
    command ends with 1.

    Example: `postbacks redrive --reason unknown-root`
    """
    stack = find_stack.of(context)
    with progress("Counting" if dry_run else "Moving") as tell:
        if dry_run:
            found = redriving.each(stack, lambda _: None, reasons=reasons or (), ids=ids or (), progress=tell)
        elif reasons or ids:
            found = redriving.move(stack, reasons=reasons or (), ids=ids or (), progress=tell)
        else:
            found = redriving.move_all(stack, progress=tell)
    if dry_run:
        emit(f"Selected: {counted(found, 'postback')}.")
        return
    if reasons and not found:
        raise CommandError(f"No postback was rejected for {' or '.join(reasons)}, so nothing was moved.")
    emit(f"Moved to the parked queue: {counted(found, 'postback')}.")
    if found:
        say("Postbacks that still cannot be read return to the rejected queue; `postbacks rejected` shows them.")
