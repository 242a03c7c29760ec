"""`postbacks rejected`: the postbacks that could not be read or stored, and why."""

from typing import Annotated, Final

import typer

from postbacks_cli import find_stack, queues, times
from postbacks_cli.errors import CommandError
from postbacks_cli.options import AsJson, Reasons
from postbacks_cli.output import emit_json, emit_postback, emit_table, say, stderr
from postbacks_cli.rejected_queue import RejectedPostback, reading

_COLUMNS: Final = ("received (UTC)", "subscription", "reason", "bytes", "id")


def rejected(
    context: typer.Context,
    *,
    reasons: Reasons = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 100,
    shown: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="Print this one as it came, byte for byte.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the rejected queue, in no order, and leave everything in it.

    While it is read, for some seconds, nobody else sees what is in it. How many there are SQS knows only about.
    """
    stack = find_stack.of(context)
    with stderr.status("Reading the rejected queue …"), reading(stack) as postbacks:
        found = []
        for postback in postbacks:
            if shown in (None, postback.message_id) and (not reasons or postback.reason in reasons):
                found.append(postback)
            if len(found) == (limit if shown is None else 1):
                break
    if shown is not None:
        if not found:
            raise CommandError(f"There is no {shown} in the rejected queue.")
        emit_postback(found[0].postback)
    elif as_json:
        for postback in found:
            emit_json({name: value for name, value in _described(postback).items() if value is not None})
    elif found:
        emit_table(_COLUMNS, (_row(postback) for postback in found))
    if shown is None:
        say(f"{len(found):,} of about {queues.depth(stack, 'RejectedQueueUrl'):,} in the rejected queue.")


def _described(postback: RejectedPostback) -> dict[str, str | int | None]:
    return {
        "id": postback.message_id,
        "reason": postback.reason,
        "subscription": postback.subscription,
        "received_at": postback.received_at,
        "rejected_at": postback.rejected_at,
        "bytes": len(postback.postback),
    }


def _row(postback: RejectedPostback) -> list[str | None]:
    received = times.shown(postback.received_at)
    return [received, postback.subscription, postback.reason, f"{len(postback.postback):,}", postback.message_id]
