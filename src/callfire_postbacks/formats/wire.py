"""What every wire format is read as."""

from datetime import datetime
from typing import NamedTuple

from callfire_events.types import EventData


class WireEvent(NamedTuple):
    """An event as a postback tells of it."""

    data: EventData
    id: str
    at: datetime | None
    """When it happened, where the postback says so."""
