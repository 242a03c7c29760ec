"""`postbacks find`: find a call, a text, a phone number, a campaign or an event."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.events import event_view
from postbacks_cli.queues.rejected_queue import RejectedPostback
from postbacks_cli.search import find as search
from postbacks_cli.terminal.options import AsJson
from postbacks_cli.terminal.output import emit, emit_json, say
from postbacks_cli.terminal.progress import progress


def find(
    context: typer.Context,
    text: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="The id of a call, text, campaign or event, the first six characters of an event's id, or a phone "
            "number in any form.",
        ),
    ],
    *,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="Show at most the newest N events.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find stored, parked and rejected postbacks by any id or phone number, and show each one.

    If it finds nothing, the command says where it searched, and ends with 1.

    Example: `postbacks find "(213) 221-2289"`
    """
    if not text.strip():
        raise typer.BadParameter("There is nothing to find: the text is empty.")
    stack = find_stack.of(context)
    with progress("Reading events") as tell:
        found = search(stack, text, limit=limit + 1, warn=_warn, progress=tell)
    if not found:
        raise CommandError(f"Nothing matches {text}. Searched: {'; '.join(found.looked)}.")
    for item in found.items[:limit]:
        if as_json:
            emit_json(event_view.document(item))
        else:
            event_view.emit_view(item)
    for queue, postbacks in (("parked", found.parked[:limit]), ("rejected", found.rejected[:limit])):
        for postback in postbacks:
            if as_json:
                emit_json({"queue": queue, **_document(postback)})
            else:
                _emit(queue, postback)
    if len(found.items) > limit:
        say(f"Only the newest {limit:,} are shown: --limit shows more.")


def _warn() -> None:
    say("No index has it. Reading the whole table, about 16 seconds for a million events; Ctrl-C stops it.")


def _document(postback: RejectedPostback) -> dict[str, str | int]:
    return postback.described() | {"postback": postback.postback.decode(errors="replace")}


def _emit(queue: str, postback: RejectedPostback) -> None:
    emit(f"Postback, {queue}")
    for name, value in postback.described().items():
        emit(f"{name:14}{value}")
    emit(f"{postback.postback.decode(errors='backslashreplace').rstrip()}\n")
