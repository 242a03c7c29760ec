"""The document within a postback's body, and why it cannot be read."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING, Final, NamedTuple

from callfire_postbacks.formats.normalizing import normalize, read_strictly
from callfire_postbacks.formats.repairs.recover import MAX_LAYERS
from callfire_postbacks.formats.unpacking.unpack import unpack
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback, parse_message
from postbacks_cli.decoding import text_of
from postbacks_cli.queues.rejected_queue import NOT_STORED, RejectedPostback

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_PLACE: Final = re.compile(r":? line \d+,? column \d+")
"""The position within a sentence; the page shows it separately."""
_OTHER_REASONS: Final = {
    NOT_STORED: "It could not be stored for 83 hours. Redrive it when storing works again.",
    "too-large": "It is larger than 64 KiB, so it is not read.",
    "signature-absent": "It has no signature, but a postback to this URL must have one.",
    "signature-wrong": "Its signature is not CallFire's.",
}
"""Reasons that the document does not show."""


class Document(NamedTuple):
    """The text within a postback's body."""

    text: str
    layers: list[str]
    """The layers that were unpacked to find it, the outermost first: compression, a form field, base64."""


class Fault(NamedTuple):
    """Why a postback was rejected."""

    detail: str
    """One sentence."""
    position: tuple[int, int] | None = None
    """Line and column of the error in the document, both from 1, if it has one position."""


def document_of(postback: Postback, event: "EventDocument") -> Document:
    """Return the document that became an event, of all documents within a postback."""
    found = list(_documents(postback, event["data"].get("repairs", [])))
    return _decoded(*next((one for one in found if _holds(one[0], event["id"])), found[0]))


def examine(rejected: RejectedPostback) -> tuple[Document, Fault]:
    """Read a rejected postback again, to say why it cannot be read."""
    try:
        postback = parse_message(rejected.message).postback
    except ValueError:
        fault = Fault("The message is not one that this stack wrote.")
        return Document(text_of(rejected.postback, is_text=True), []), fault
    found = list(_documents(postback))
    postback, layers = found[0] if len(found) == 1 else (postback, ())  # of several, show the whole body
    return _decoded(postback, layers), _fault(postback, rejected.reason)


def _fault(postback: Postback, reason: str) -> Fault:
    if reason in _OTHER_REASONS:
        return Fault(_OTHER_REASONS[reason])
    try:
        normalize(postback, zone=UTC)
    except UnreadablePostbackError as error:
        return Fault(_PLACE.sub("", error.detail), error.position)
    return Fault("It can be read now.")


def _documents(
    postback: Postback, repairs: Sequence[str] | None = None, layers: tuple[str, ...] = ()
) -> Iterator[tuple[Postback, tuple[str, ...]]]:
    """Yield the documents within a body as the reader finds them, and the names of the layers around each.

    `repairs` are those of an event from the body: the reader removed no other layer.
    """
    inner = _without_layer(postback) if len(layers) < MAX_LAYERS else None
    if inner is None or (repairs is not None and inner[1] not in repairs):
        yield postback, layers
        return
    contents, layer = inner
    for content in contents:
        yield from _documents(content, repairs, (*layers, layer))


def _without_layer(postback: Postback) -> tuple[list[Postback], str] | None:
    """Remove one layer from a body that no strict parser can read; None if there is none, or it is too large."""
    try:
        read_strictly(postback, UTC)
    except UnreadablePostbackError as refusal:
        with suppress(UnreadablePostbackError):
            return unpack(postback, is_unknown_root=refusal.reason == "unknown-root")
    return None


def _holds(postback: Postback, event_id: str) -> bool:
    try:
        return any(event["id"] == event_id for event in normalize(postback, zone=UTC))
    except UnreadablePostbackError:
        return False


def _decoded(postback: Postback, layers: tuple[str, ...]) -> Document:
    return Document(text_of(postback.body, is_text=postback.is_text), list(layers))
