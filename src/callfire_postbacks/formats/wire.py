"""The common result of reading every wire format."""

from collections.abc import Sized
from datetime import datetime
from typing import Final, NamedTuple

from callfire_events import EventData
from callfire_postbacks.formats.unreadable import UnreadablePostbackError

MAX_EVENTS: Final = 250
"""The most events in one body: 64 KiB of the shortest real ones, few enough to be stored within one invocation."""


class WireEvent(NamedTuple):
    """An event as read from a postback."""

    data: EventData
    id: str
    at: datetime | None
    """When it happened, if the postback says so."""


def check_count(events: Sized) -> None:
    """Check the number of events in a body, before they are read: each is read with the fields around it.

    Raises:
        UnreadablePostbackError: The body has too many events.
    """
    if len(events) > MAX_EVENTS:
        raise UnreadablePostbackError("too-complex", f"A postback has at most {MAX_EVENTS} events.")
