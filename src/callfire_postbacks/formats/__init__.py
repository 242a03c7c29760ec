"""The wire formats, one file each. The body decides which one it is, by its first byte and its root; never the URL."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

from callfire_events.envelope import EventDocument, build_document
from callfire_events.types import EventData
from callfire_postbacks.formats.cloud1 import (
    CALL_FINISHED,
    CAMPAIGN_FINISHED,
    read_call_finished,
    read_campaign_finished,
)
from callfire_postbacks.formats.fields import Fields
from callfire_postbacks.formats.matching import Names, fold, match
from callfire_postbacks.formats.wire import WireEvent
from callfire_postbacks.formats.xml import UnreadablePostbackError, parse
from callfire_postbacks.postback import Postback

Reader = Callable[[Fields, tzinfo], tuple[EventData, datetime | None]]

_READERS: Final[dict[str, tuple[Reader, Names]]] = {
    "call-finished": (read_call_finished, CALL_FINISHED),
    "campaign-finished": (read_campaign_finished, CAMPAIGN_FINISHED),
}
_BEFORE_JSON: Final = b"\xef\xbb\xbf\t\n\r "


def normalize(postback: Postback, *, zone: tzinfo) -> list[EventDocument]:
    """Turn a postback into its events; timestamps without a zone are read in `zone`.

    Raises UnreadablePostbackError where the bytes are not a postback that we know.
    """
    is_json = postback.body.lstrip(_BEFORE_JSON).startswith((b"{", b"["))
    events = _read_json(postback) if is_json else _read_xml(postback, zone)
    return [
        build_document(event.data, id=event.id, finished_at=event.at, received_at=postback.received_at)
        for event in events
    ]


def _read_xml(postback: Postback, zone: tzinfo) -> list[WireEvent]:
    document = parse(postback.body, is_text=postback.is_text)
    known = _READERS.get(document.root) or _READERS.get(fold(document.root))
    if known:
        read, names = known
        matched, _ = match(document, names)
        data, finished_at = read(Fields(matched), zone)
        return [WireEvent(data, document.digest, finished_at)]
    # A cold start for cloud/1 does not load the other generations.
    from callfire_postbacks.formats import api11  # noqa: PLC0415

    if not api11.is_api11(document.root):
        raise UnreadablePostbackError(
            "unknown-root", f"The root element is none of {', '.join(_READERS)}, nor one of API 1.1's notifications."
        )
    return api11.read_xml(document, subscription=postback.subscription)


def _read_json(postback: Postback) -> list[WireEvent]:
    from callfire_postbacks.formats import api11, json_reader, v2  # noqa: PLC0415  as above

    tree = json_reader.parse(postback.body.lstrip(_BEFORE_JSON))
    if v2.is_v2(tree):
        return v2.read(tree)
    notifications = api11.notifications(tree)
    if not notifications:
        raise UnreadablePostbackError(
            "unknown-root", "It is JSON, but no event of API v2 and no notification of API 1.1."
        )
    return api11.read_json(notifications, subscription=postback.subscription)
