"""The wire formats, one file each, picked by a postback's root element."""

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
from callfire_postbacks.formats.xml import UnreadablePostbackError, parse
from callfire_postbacks.postback import Postback

Reader = Callable[[Fields, tzinfo], tuple[EventData, datetime | None]]

_READERS: Final[dict[str, tuple[Reader, Names]]] = {
    "call-finished": (read_call_finished, CALL_FINISHED),
    "campaign-finished": (read_campaign_finished, CAMPAIGN_FINISHED),
}


def normalize(postback: Postback, *, zone: tzinfo) -> list[EventDocument]:
    """Turn a postback into its events; timestamps without a zone are read in `zone`.

    Raises UnreadablePostbackError where the bytes are not a postback that we know.
    """
    document = parse(postback.body, is_text=postback.is_text)
    known = _READERS.get(document.root) or _READERS.get(fold(document.root))
    if known is None:
        raise UnreadablePostbackError("unknown-root", f"The root element is none of {', '.join(_READERS)}.")
    read, names = known
    matched, _ = match(document, names)
    data, finished_at = read(Fields(matched), zone)
    return [build_document(data, id=document.digest, finished_at=finished_at, received_at=postback.received_at)]
