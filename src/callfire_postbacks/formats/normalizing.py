"""Normalize a postback of any wire format. Its first byte and root element decide the format; never the URL."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import Final

from callfire_events import EventData
from callfire_events.envelope import EventDocument, build_document
from callfire_postbacks.formats.cloud1 import (
    CALL_FINISHED,
    CAMPAIGN_FINISHED,
    read_call_finished,
    read_campaign_finished,
)
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.wire import WireEvent, check_count
from callfire_postbacks.formats.xml.document import BEFORE_DOCUMENT
from callfire_postbacks.formats.xml.fields import Fields
from callfire_postbacks.formats.xml.matching import Names, fold, match
from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.postback import Postback

Reader = Callable[[Fields, tzinfo], tuple[EventData, datetime | None]]

_READERS: Final[dict[str, tuple[Reader, Names]]] = {
    "call-finished": (read_call_finished, CALL_FINISHED),
    "campaign-finished": (read_campaign_finished, CAMPAIGN_FINISHED),
}

_BEFORE_JSON: Final = BEFORE_DOCUMENT + b"\0\xfe\xff"  # also in UTF-16 and UTF-32
_UNKNOWN: Final = "\ufffd".encode()


def normalize(postback: Postback, *, zone: tzinfo, is_signed: bool = False) -> list[EventDocument]:
    """Convert a postback to its events; timestamps without a time zone are read in `zone`.

    If no strict parser can read the body, it is unpacked and repaired, and the events name the repairs. JSON of any
    content is an event if CallFire signed it.

    Raises:
        UnreadablePostbackError: The body is not a known kind of postback.
    """
    try:
        events = read_strictly(postback, zone, is_signed=is_signed)
    except UnreadablePostbackError as refusal:
        # Load the repairs only for a body that cannot be read.
        from callfire_postbacks.formats.repairs.recover import recover  # noqa: PLC0415

        events = recover(postback, partial(read_strictly, zone=zone, is_signed=is_signed), refusal)
    check_count(events)  # of all documents and deliveries together
    if postback.is_text and _UNKNOWN in postback.body:  # API Gateway puts it in place of bytes that it cannot decode
        for event in events:
            repairs = event["data"].get("repairs", [])
            event["data"]["repairs"] = list(dict.fromkeys([*repairs, "undecodable-bytes"]))
    return events


def read_strictly(postback: Postback, zone: tzinfo, *, is_signed: bool = False) -> list[EventDocument]:
    """Convert a body to its events as it is, neither unpacked nor repaired. Everything else as `normalize`."""
    is_json = postback.body.lstrip(_BEFORE_JSON).startswith((b"{", b"["))
    events = _read_json(postback, is_signed=is_signed) if is_json else _read_xml(postback, zone)
    return [
        build_document(event.data, id=event.id, finished_at=event.at, received_at=postback.received_at)
        for event in events
    ]


def _read_xml(postback: Postback, zone: tzinfo) -> list[WireEvent]:
    document = parse(postback.body, is_text=postback.is_text)
    known = _READERS.get(document.root) or _READERS.get(fold(document.root))
    if known:
        read, names = known
        matched, has_other_names = match(document, names)
        data, finished_at = read(Fields(matched), zone)
        if has_other_names or document.root not in _READERS:
            data = replace(data, repairs=["element-names"])
        return [WireEvent(data, document.digest, finished_at)]
    # A cold start for cloud/1 does not load the other formats.
    from callfire_postbacks.formats import api11, later_json  # noqa: PLC0415
    from callfire_postbacks.formats.trees.xml_tree import build_tree  # noqa: PLC0415

    events = api11.read_xml(document, subscription=postback.subscription)
    if not events:
        events = later_json.read_tree(build_tree(document.canonical, roots=0), subscription=postback.subscription)
    if not events:
        raise UnreadablePostbackError(
            "unknown-root", f"The root element is neither {' nor '.join(_READERS)}, nor a notification of API 1.1."
        )
    return events


def _read_json(postback: Postback, *, is_signed: bool) -> list[WireEvent]:
    from callfire_postbacks.formats import later_json  # noqa: PLC0415  as above

    events = later_json.read(postback.body, subscription=postback.subscription, is_signed=is_signed)
    if not events:
        raise UnreadablePostbackError(
            "unknown-root", "The JSON is neither an API v2 event nor an API 1.1 notification."
        )
    return events
