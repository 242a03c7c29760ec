"""The result of reading a resource."""

from datetime import datetime
from typing import Any, NamedTuple

from callfire_events import EventData


class Reading(NamedTuple):
    """Class and fields of an event's data, and when it happened, if known.

    The rest of the resource's record belongs to the data too.
    """

    kind: type[EventData]
    fields: dict[str, Any]
    at: datetime | None
