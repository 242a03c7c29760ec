"""`postbacks redrive`: sends rejected postbacks down the road once more, after a fix."""

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

import typer
from botocore.exceptions import ClientError

from postbacks_cli import find_stack, queues
from postbacks_cli.errors import CommandError
from postbacks_cli.options import Reasons
from postbacks_cli.output import counted, emit, say, stderr
from postbacks_cli.rejected_queue import RejectedPostback, reading
from postbacks_cli.stack import Stack

_UNKNOWN: Final = "InvalidAction"
"""What an AWS on a laptop says of StartMessageMoveTask."""
_POLL_SECONDS: Final = 1


def redrive(
    context: typer.Context,
    *,
    reasons: Reasons = None,
    ids: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help="This one, as `postbacks rejected` lists it; may be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count them.")] = False,
) -> None:
    """Move rejected postbacks to the parked queue, from where they are taken down the road again: all, or some.

    What still cannot be read comes back. Whenever this is interrupted nothing is lost: a postback leaves the one queue
    when it is in the other, and one that is in both is one event.
    """
    stack = find_stack.of(context)
    if dry_run:
        emit(f"Selected: {counted(_each(stack, reasons, ids, lambda _: None), 'postback')}.")
        return
    moved = None if reasons or ids else _move_all(stack)
    if moved is None:
        moved = _each(stack, reasons, ids, partial(_move, stack))
    emit(f"On their way again: {counted(moved, 'postback')}.")
    if moved:
        say("What still cannot be read comes back: `postbacks rejected`.")


def _move_all(stack: Stack) -> int | None:
    """Have SQS move them all, and return how many it moved; None where it cannot."""
    source = queues.arn(stack, "RejectedQueueUrl")
    try:
        stack.sqs.start_message_move_task(SourceArn=source, DestinationArn=queues.arn(stack, "ParkedQueueUrl"))
    except ClientError as error:
        if error.response["Error"]["Code"] == _UNKNOWN:
            return None
        raise
    with stderr.status("SQS is moving them, and goes on if this is interrupted …"):
        while True:
            [task] = stack.sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"]
            if task["Status"] == "COMPLETED":
                return task["ApproximateNumberOfMessagesMoved"]
            if task["Status"] not in ("RUNNING", "CANCELLING"):
                raise CommandError(
                    f"SQS gave up ({task['Status']}): {task.get('FailureReason', 'it does not say why')}."
                )
            time.sleep(_POLL_SECONDS)


def _each(
    stack: Stack, reasons: list[str] | None, ids: list[str] | None, act: Callable[[RejectedPostback], None]
) -> int:
    """Act on each postback of a selection; return how many there were. Raises CommandError where an id is not there."""
    done, missing = set(), set(ids or ())
    with stderr.status("Reading the rejected queue …"), reading(stack) as postbacks:
        for postback in postbacks:
            missing.discard(postback.message_id)
            is_meant = (not reasons or postback.reason in reasons) and (not ids or postback.message_id in ids)
            # What still cannot be read may be back, as a new message, before we are through.
            if is_meant and postback.content not in done:
                act(postback)
                done.add(postback.content)
    if missing:
        said = f"Not in the rejected queue: {', '.join(sorted(missing))}."
        raise CommandError(f"{said} Of the others: {counted(len(done), 'postback')}.")
    return len(done)


def _move(stack: Stack, postback: RejectedPostback) -> None:
    """Send first, delete then."""
    stack.sqs.send_message(QueueUrl=stack.output("ParkedQueueUrl"), MessageBody=postback.message)
    stack.sqs.delete_message(QueueUrl=stack.output("RejectedQueueUrl"), ReceiptHandle=postback.receipt_handle)
