"""The common result of reading every wire format."""

from datetime import datetime
from typing import NamedTuple

from callfire_events.types import EventData


class WireEvent(NamedTuple):
    """An event as read from a postback."""

    data: EventData
    id: str
    at: datetime | None
    """When it happened, if the postback says so."""
