"""All that is known of one stored event: its JSON, the postback as it came, and the history of its publication."""

import zlib
from typing import Any, Final

from postbacks_cli.output import emit, emit_json
from postbacks_cli.stored_events import Item

_GZIP: Final = 16 + zlib.MAX_WBITS
_HISTORY: Final = ("received_at", "subscription", "published_at", "unpublished", "replay", "expires_at")


def postback(item: Item) -> bytes:
    """Return the postback as it came."""
    return zlib.decompress(item["raw"], wbits=_GZIP)


def history(item: Item) -> dict[str, Any]:
    """Return the history of an event's publication, and its state in words."""
    return {name: item[name] for name in _HISTORY if name in item} | {"state": state(item)}


def document(item: Item) -> dict[str, Any]:
    """Return all of it as JSON."""
    return {
        "event": item["event"],
        "postback": postback(item).decode(errors="replace"),
        "publication": history(item),
    }


def state(item: Item) -> str:
    """Say how far its publication is, by the marks that outbox.store leaves on an item."""
    if "unpublished" not in item:
        return "published"
    if "replay" in item:
        return f"a replay was asked for at {item['replay']}, and waits for the relay"
    return "not published yet: it waits for the relay"


def emit_view(item: Item) -> None:
    """Write all of it for a reader."""
    body = postback(item)
    emit("Event")
    emit_json(item["event"], indent=2)
    emit(f"\nPostback, {len(body):,} bytes as it came")
    emit(body.decode(errors="backslashreplace").rstrip("\n"))
    emit("\nPublication")
    for name, value in history(item).items():
        emit(f"{name:14}{value}")
    emit("")
