"""Everything about one stored event: its JSON, the raw postback, and the history of its publication."""

import zlib
from typing import Any, Final

from postbacks_cli.events.stored_events import Item
from postbacks_cli.terminal.output import emit, emit_json

_GZIP: Final = 16 + zlib.MAX_WBITS
_HISTORY: Final = ("received_at", "subscription", "published_at", "replayed_at", "unpublished", "replay", "expires_at")


def postback(item: Item) -> bytes:
    """Return the raw postback."""
    return zlib.decompress(item["raw"], wbits=_GZIP)


def history(item: Item) -> dict[str, Any]:
    """Return the history of an event's publication, and its state in words."""
    return {name: item[name] for name in _HISTORY if name in item} | {"state": state(item)}


def document(item: Item) -> dict[str, Any]:
    """Return everything as JSON."""
    return {
        "event": item["event"],
        "postback": postback(item).decode(errors="replace"),
        "publication": history(item),
    }


def state(item: Item) -> str:
    """Describe an event's publication, from the attributes that outbox.store writes."""
    if "unpublished" not in item:
        return "published"
    if "replay" in item:
        return f"a replay was requested at {item['replay']}; the relay will publish it"
    return "not published yet; the relay will publish it"


def emit_view(item: Item) -> None:
    """Print everything in readable form."""
    body = postback(item)
    emit("Event")
    emit_json(item["event"], indent=2)
    emit(f"\nPostback, {len(body):,} bytes as it came")
    emit(body.decode(errors="backslashreplace").rstrip("\n"))
    emit("\nPublication")
    for name, value in history(item).items():
        emit(f"{name:14}{value}")
    emit("")
