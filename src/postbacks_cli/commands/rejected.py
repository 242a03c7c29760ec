"""`postbacks rejected`: list postbacks that could not be read or stored, and why."""

from typing import Annotated, Final

import typer

from postbacks_cli import times
from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.queues import attributes, fault
from postbacks_cli.queues.rejected_queue import RejectedPostback, reading
from postbacks_cli.terminal.options import AsJson, Reasons
from postbacks_cli.terminal.output import emit_json, emit_postback, say
from postbacks_cli.terminal.progress import progress
from postbacks_cli.terminal.tables import Column, emit_table

_COLUMNS: Final = (
    Column("came (UTC)"),
    Column("through", drop=1),
    Column("reason"),
    Column("bytes", drop=2),
    Column("at"),
    Column("id", is_id=True),
)


def rejected(
    context: typer.Context,
    *,
    reasons: Reasons = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most N postbacks.")] = 100,
    shown: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="Print this postback, byte for byte.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List rejected postbacks and their reasons, in no particular order, without removing any.

    The column `at` gives the line and column of the fault. For a few seconds the queue's messages are hidden from other
    readers. SQS reports only an approximate count.

    Example: `postbacks rejected --reason malformed-xml`
    """
    stack = find_stack.of(context)
    with progress("Reading the queue") as tell, reading(stack, progress=tell) as postbacks:
        found = []
        for postback in postbacks:
            if shown in (None, postback.message_id) and (not reasons or postback.reason in reasons):
                found.append(postback)
            if len(found) == (limit if shown is None else 1):
                break
    if shown is not None:
        _show(found, shown)
        return
    if as_json:
        for postback in found:
            emit_json(postback.described())
    elif found:
        emit_table(_COLUMNS, [_row(postback) for postback in found])
    depth = f"{len(found):,} of about {attributes.depth(stack, 'RejectedQueueUrl'):,} in the rejected queue."
    if reasons and not found:
        raise CommandError(f"No postback was rejected for {' or '.join(reasons)}: {depth}")
    say(depth)


def _show(found: list[RejectedPostback], message_id: str) -> None:
    if not found:
        raise CommandError(f"There is no {message_id} in the rejected queue.")
    emit_postback(found[0].postback)
    if excerpt := fault.excerpt(found[0]):
        say(f"\n{excerpt}")


def _row(postback: RejectedPostback) -> list[str | None]:
    return [
        times.short(postback.received_at),
        postback.subscription,
        postback.reason,
        f"{len(postback.postback):,}",
        f"{postback.line}:{postback.column}" if postback.line else None,
        postback.message_id,
    ]
