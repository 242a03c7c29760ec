"""Move rejected postbacks to the parked queue, from which they are processed again.

An interruption loses nothing: a postback is deleted from one queue only after it is in the other, and a postback in
both becomes one event.
"""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

from botocore.exceptions import ClientError

from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError
from postbacks_cli.queues import attributes
from postbacks_cli.queues.rejected_queue import RejectedPostback, reading
from postbacks_cli.terminal.output import counted
from postbacks_cli.terminal.progress import Progress, no_progress

_UNKNOWN: Final = "InvalidAction"
"""The local AWS's error code for StartMessageMoveTask."""
_POLL_SECONDS: Final = 1


def move_all(stack: Stack, *, progress: Progress = no_progress) -> int:
    """Move all rejected postbacks, and return how many. Raises CommandError and botocore's errors."""
    moved = _move_by_sqs(stack, progress)
    return move(stack, progress=progress) if moved is None else moved


def move(
    stack: Stack, *, reasons: Collection[str] = (), ids: Collection[str] = (), progress: Progress = no_progress
) -> int:
    """Move the selected postbacks, and return how many. Raises CommandError if an id is not in the queue."""
    return each(stack, partial(_move, stack), reasons=reasons, ids=ids, progress=progress)


def each(
    stack: Stack,
    act: Callable[[RejectedPostback], None],
    *,
    reasons: Collection[str] = (),
    ids: Collection[str] = (),
    progress: Progress = no_progress,
) -> int:
    """Call `act` for each selected postback; return how many there were.

    Raises CommandError if an id is not in the queue.
    """
    done, missing = set(), set(ids)
    with reading(stack, progress=progress) as postbacks:
        for postback in postbacks:
            missing.discard(postback.message_id)
            is_selected = (not reasons or postback.reason in reasons) and (not ids or postback.message_id in ids)
            # A postback that still cannot be read may come back as a new message before the end.
            if is_selected and postback.content not in done:
                act(postback)
                done.add(postback.content)
    if missing:
        absent = f"Not in the rejected queue: {', '.join(sorted(missing))}."
        raise CommandError(f"{absent} Of the others: {counted(len(done), 'postback')}.")
    return len(done)


def _move_by_sqs(stack: Stack, progress: Progress) -> int | None:
    """Let SQS move all messages, and return how many it moved; None if it cannot."""
    source = attributes.arn(stack, "RejectedQueueUrl")
    try:
        stack.aws.sqs.start_message_move_task(SourceArn=source, DestinationArn=attributes.arn(stack, "ParkedQueueUrl"))
    except ClientError as error:
        if error.response["Error"]["Code"] == _UNKNOWN:
            return None
        raise
    while True:
        [task] = stack.aws.sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"]
        moved = task.get("ApproximateNumberOfMessagesMoved", 0)
        progress(moved, task.get("ApproximateNumberOfMessagesToMove"))
        if task["Status"] == "COMPLETED":
            return moved
        if task["Status"] not in ("RUNNING", "CANCELLING"):
            raise CommandError(
                f"SQS stopped the move ({task['Status']}): {task.get('FailureReason', 'without a reason')}."
            )
        time.sleep(_POLL_SECONDS)


def _move(stack: Stack, postback: RejectedPostback) -> None:
    """Move one postback: send it first, then delete it."""
    stack.aws.sqs.send_message(QueueUrl=stack.output("ParkedQueueUrl"), MessageBody=postback.message)
    stack.aws.sqs.delete_message(QueueUrl=stack.output("RejectedQueueUrl"), ReceiptHandle=postback.receipt_handle)
