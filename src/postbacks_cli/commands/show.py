"""`postbacks show`: all that is known of one event."""

import zlib
from typing import Annotated, Any, Final

import typer

from postbacks_cli import find_stack, stored_events
from postbacks_cli.errors import CommandError
from postbacks_cli.output import emit, emit_json, emit_postback

_GZIP: Final = 16 + zlib.MAX_WBITS
_HISTORY: Final = ("received_at", "subscription", "published_at", "unpublished", "replay", "expires_at")


def show(
    context: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="ID", help="The event's id, as `postbacks events` lists it.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="The postback alone, byte for byte.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead.")] = False,
) -> None:
    """Show one event: its JSON, the postback as CallFire sent it, and the history of its publication."""
    stack = find_stack.of(context)
    item = stored_events.get(stack, event_id)
    if item is None:
        raise CommandError(f"There is no event {event_id}.")
    postback = zlib.decompress(item["raw"], wbits=_GZIP)
    history = {name: item[name] for name in _HISTORY if name in item} | {"state": state(item)}
    if raw:
        emit_postback(postback)
    elif as_json:
        emit_json({"event": item["event"], "postback": postback.decode(errors="replace"), "publication": history})
    else:
        _show(item["event"], postback, history)


def state(item: dict[str, Any]) -> str:
    """Say how far its publication is, by the marks that outbox.store leaves on an item."""
    if "unpublished" not in item:
        return "published"
    if "replay" in item:
        return f"a replay was asked for at {item['replay']}, and waits for the relay"
    return "not published yet: it waits for the relay"


def _show(event: dict[str, Any], postback: bytes, history: dict[str, Any]) -> None:
    emit("Event")
    emit_json(event, indent=2)
    emit(f"\nPostback, {len(postback):,} bytes as it came")
    emit(postback.decode(errors="backslashreplace").rstrip("\n"))
    emit("\nPublication")
    for name, value in history.items():
        emit(f"{name:14}{value}")
