"""The document within a postback's body, and why it cannot be read."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, NamedTuple

from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.formats.repairs.recover import MAX_LAYERS
from callfire_postbacks.formats.unpacking.unpack import unpack
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback, parse_message
from postbacks_cli.decoding import text_of
from postbacks_cli.queues.rejected_queue import NOT_STORED, RejectedPostback

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


def document_of(body: bytes, *, is_text: bool, headers: Mapping[str, str]) -> Document:
    """Unpack the document within a body, and decode it. Everything except the body as in a Postback."""
    return _decoded(*_unpacked(Postback("", "", datetime.now(UTC), body, is_text, headers)))


def examine(rejected: RejectedPostback) -> tuple[Document, Fault]:
    """Read a rejected postback again, to say why it cannot be read."""
    try:
        postback = parse_message(rejected.message).postback
    except ValueError:
        fault = Fault("The message is not one that this stack wrote.")
        return Document(text_of(rejected.postback, is_text=True), []), fault
    postback, layers = _unpacked(postback)
    return _decoded(postback, layers), _fault(postback, rejected.reason)


def _fault(postback: Postback, reason: str) -> Fault:
    if reason in _OTHER_REASONS:
        return Fault(_OTHER_REASONS[reason])
    try:
        normalize(postback, zone=UTC)
    except UnreadablePostbackError as error:
        return Fault(_PLACE.sub("", error.detail), error.position)
    return Fault("It can be read now.")


def _unpacked(postback: Postback) -> tuple[Postback, list[str]]:
    """Return the content of all layers around a document, and their names; a layer that is too large stays."""
    layers: list[str] = []
    with suppress(UnreadablePostbackError):
        while len(layers) < MAX_LAYERS and (inner := unpack(postback)):
            contents, layer = inner
            if len(contents) > 1:  # show the whole body
                break
            [postback] = contents
            layers.append(layer)
    return postback, layers


def _decoded(postback: Postback, layers: list[str]) -> Document:
    return Document(text_of(postback.body, is_text=postback.is_text), layers)
