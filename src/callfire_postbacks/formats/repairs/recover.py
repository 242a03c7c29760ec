"""Recover the events of a body that no strict parser can read: unpack it layer by layer, then mend each document."""

from collections.abc import Callable, Sequence
from typing import Final

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.repairs.mend import mend
from callfire_postbacks.formats.unpacking.unpack import SEQUENCE, unpack
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.postback import Postback

Read = Callable[[Postback], list[EventDocument]]

MAX_LAYERS: Final = 4
"""The most layers that are unpacked: for example a form in a multipart body, compressed."""

_BEYOND_REPAIR: Final = ("empty-body", "too-complex")


def recover(
    postback: Postback, read: Read, refusal: UnreadablePostbackError, *, layers: tuple[str, ...] = ()
) -> list[EventDocument]:
    """Return the events of all documents in a body that was refused; each event names the layers and its repairs.

    Raises:
        UnreadablePostbackError: No document in it can be read, or one of a sequence cannot.
    """
    if refusal.reason in _BEYOND_REPAIR:
        raise refusal
    is_unknown_root = refusal.reason == "unknown-root"
    unpacked = unpack(postback, is_unknown_root=is_unknown_root) if len(layers) < MAX_LAYERS else None
    if unpacked is None and is_unknown_root:
        raise refusal
    if unpacked is None:
        mended, repairs = mend(postback)
        try:
            return _note(read(mended), [*layers, *repairs])
        except UnreadablePostbackError:
            raise refusal from None
    contents, layer = unpacked
    events: list[EventDocument] = []
    for content in contents:
        try:
            events += _read_content(content, read, layers=(*layers, layer))
        except UnreadablePostbackError as error:
            if layer == SEQUENCE:  # elsewhere, the other documents are fields or parts of another program
                raise
            refusal = error
    if not events:
        raise refusal
    return events


def _read_content(content: Postback, read: Read, *, layers: tuple[str, ...]) -> list[EventDocument]:
    try:
        return _note(read(content), layers)
    except UnreadablePostbackError as refusal:
        refusal.position = None  # it would refer to the unpacked body
        return recover(content, read, refusal, layers=layers)


def _note(events: list[EventDocument], repairs: Sequence[str]) -> list[EventDocument]:
    for event in events if repairs else ():
        event["data"]["repairs"] = list(dict.fromkeys([*repairs, *event["data"].get("repairs", [])]))
    return events
