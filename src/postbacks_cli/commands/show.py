"""`postbacks show`: show everything about one event."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.events import event_view, stored_events
from postbacks_cli.terminal.output import emit_json, emit_postback


def show(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="ID", help="The event's id, as `postbacks events` lists it.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Print only the postback, byte for byte.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show one event: its JSON, the postback as CallFire sent it, and the history of its publication.

    Example: `postbacks show 854589f2f8aa1f80bfb74d495d627c04`
    """
    item = stored_events.get(find_stack.of(context), event_id)
    if item is None:
        raise CommandError(f"There is no event {event_id}. `postbacks find` looks for other ids.")
    if raw:
        emit_postback(event_view.postback(item))
    elif as_json:
        emit_json(event_view.document(item))
    else:
        event_view.emit_view(item)
