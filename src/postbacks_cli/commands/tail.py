"""`postbacks tail`: events as they are published, by a queue of its own that is gone when it ends."""

import json
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from postbacks_cli import event_rows, find_stack
from postbacks_cli.options import Outcomes, Phone, Types
from postbacks_cli.output import emit, emit_json, say
from postbacks_cli.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

    from callfire_events.envelope import EventDocument

_POLL_SECONDS: Final = 1
_AT_ONCE: Final = 10
_MAX_QUEUE_NAME: Final = 80
"""Characters; a stack's name may have more."""


def _policy(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise typer.BadParameter('A filter policy of SNS is a JSON object: {"tags": ["houston"]}')
    return policy


def tail(
    context: typer.Context,
    *,
    types: Types = None,
    campaigns: Annotated[
        list[str] | None, typer.Option("--campaign", metavar="ID", help="Of this campaign; may be repeated.")
    ] = None,
    outcomes: Outcomes = None,
    phone: Phone = None,
    policy: Annotated[
        dict[str, Any] | None,
        typer.Option("--filter", parser=_policy, metavar="JSON", help="A filter policy of SNS, beside the others."),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, metavar="N", help="End after so many.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines: the events themselves.")] = False,
) -> None:
    """Show events as they are published, until Ctrl-C.

    A queue is made and subscribed to the topic for it, and both are removed at the end, SIGTERM included. Events from
    before are not shown: `postbacks events` lists them.
    """
    wanted = {
        "type": types,
        "campaign_id": campaigns,
        "outcome": outcomes,
        "phone_number": [phone] if phone else None,
    }
    stack = find_stack.of(context)
    stopped = _stopped_by_signals()
    with _queue(stack, (policy or {}) | {name: values for name, values in wanted.items() if values}) as queue_url:
        say("Waiting for events; Ctrl-C ends it.")
        shown = 0
        while not stopped.is_set() and (count is None or shown < count):
            shown += _show_next(stack, queue_url, at_most=count and count - shown, as_json=as_json)


def _stopped_by_signals() -> threading.Event:
    """Take note of Ctrl-C and its like instead of being interrupted, so that nothing is left half made or half gone."""
    stopped = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), lambda *_: stopped.set())
    return stopped


@contextmanager
def _queue(stack: Stack, policy: Mapping[str, Any]) -> Iterator[str]:
    """Have a queue subscribed to the topic for a while."""
    topic_arn = stack.output("EventsTopicArn")
    ending = f"-tail-{secrets.token_hex(4)}"
    name = stack.name[: _MAX_QUEUE_NAME - len(ending)] + ending
    queue_arn = ":".join([*topic_arn.split(":")[:5], name]).replace(":sns:", ":sqs:", 1)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    # With its policy from the start: a change to a queue may take a minute.
    attributes: dict[QueueAttributeNameType, str] = {
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        "MessageRetentionPeriod": "3600",
        "SqsManagedSseEnabled": "true",
    }
    wishes = {"RawMessageDelivery": "true"} | ({"FilterPolicy": json.dumps(policy)} if policy else {})
    with ExitStack() as removal:
        queue_url = stack.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        removal.callback(stack.sqs.delete_queue, QueueUrl=queue_url)
        subscription = stack.sns.subscribe(
            TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=wishes, ReturnSubscriptionArn=True
        )
        removal.callback(stack.sns.unsubscribe, SubscriptionArn=subscription["SubscriptionArn"])
        yield queue_url


def _show_next(stack: Stack, queue_url: str, *, at_most: int | None, as_json: bool) -> int:
    received = stack.sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=min(at_most or _AT_ONCE, _AT_ONCE),
        MessageAttributeNames=["replayed"],
        WaitTimeSeconds=_POLL_SECONDS,
    ).get("Messages", [])
    for message in received:
        event: EventDocument = json.loads(message["Body"])
        is_replay = "replayed" in message.get("MessageAttributes", {})
        emit_json(event) if as_json else emit(event_rows.line(event, is_replay=is_replay))
        stack.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return len(received)
