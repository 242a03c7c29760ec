"""`postbacks tail`: show events as they are published, through a temporary queue."""

import json
import signal
import threading
from typing import Annotated, Any

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.stack import Stack
from postbacks_cli.events import event_rows
from postbacks_cli.forwarding import consumer_url, forward
from postbacks_cli.queues import tail_queue
from postbacks_cli.terminal.options import Outcomes, Phone, Types
from postbacks_cli.terminal.output import emit, emit_json, say


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
        list[str] | None,
        typer.Option("--campaign", metavar="ID", help="Only events of this campaign. May be repeated."),
    ] = None,
    outcomes: Outcomes = None,
    phone: Phone = None,
    policy: Annotated[
        dict[str, Any] | None,
        typer.Option(
            "--filter", parser=_policy, metavar="JSON", help="A filter policy of SNS, in addition to the other options."
        ),
    ] = None,
    forward_to: Annotated[
        str | None,
        typer.Option(
            "--forward",
            parser=consumer_url,
            metavar="URL",
            help="Also post each event to this URL, and show the answer.",
        ),
    ] = None,
    count: Annotated[int | None, typer.Option(min=1, metavar="N", help="End after N events.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the events as JSON lines.")] = False,
) -> None:
    """Show events as they are published, until Ctrl-C.

    The command creates a queue, subscribes it to the topic, and removes both at the end, also after SIGTERM. Earlier
    events are not shown: `postbacks events` lists them. A star marks a replay.

    --forward posts each event once, as application/cloudevents+json; the consumer's answer is at the end of the line,
    or on stderr with --json.

    Example: `postbacks tail --type text-received --forward http://127.0.0.1:8080/hook`
    """
    wanted = {
        "type": types,
        "campaign_id": campaigns,
        "outcome": outcomes,
        "phone_number": [phone] if phone else None,
    }
    stack = find_stack.of(context)
    stopped = _stopped_by_signals()
    chosen = (policy or {}) | {name: values for name, values in wanted.items() if values}
    with tail_queue.subscribed(stack, chosen) as queue_url:
        say("Waiting for events; Ctrl-C ends it.")
        shown = 0
        while not stopped.is_set() and (count is None or shown < count):
            shown += _show_next(stack, queue_url, at_most=count and count - shown, url=forward_to, as_json=as_json)


def _stopped_by_signals() -> threading.Event:
    """Turn Ctrl-C and similar signals into an event instead of an interruption, so that the cleanup is complete."""
    stopped = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), lambda *_: stopped.set())
    return stopped


def _show_next(stack: Stack, queue_url: str, *, at_most: int | None, url: str | None, as_json: bool) -> int:
    shown = 0
    for event, is_replay in tail_queue.receive(stack, queue_url, at_most=at_most):
        answer = f"  → {forward(url, event)}" if url else ""
        if as_json:
            emit_json(event)
        else:
            emit(event_rows.line(event, is_replay=is_replay) + answer)
        if as_json and answer:
            say(f"{event['id']}{answer}")
        shown += 1
    return shown
