"""The selection of events, shared by `events`, `replay`, `stats`, `export` and the console."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from callfire_events.envelope import format_timestamp
from postbacks_cli import times

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_FIRST: Final = "0"
_LAST: Final = "9"
"""Sort before and after all timestamps, which are compared as text."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A selection of events. Each field that is set narrows it; all limits are inclusive."""

    since: datetime | None = None
    until: datetime | None = None
    """When the call, text or campaign ended: the event's `time`."""
    received_since: datetime | None = None
    received_until: datetime | None = None
    """When the postback was received: the event's `recordedtime`."""
    types: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    campaign: str | None = None
    phone: str | None = None
    """The contact's number in the form of events: E.164 if North American."""

    def __post_init__(self) -> None:
        """Reject a window that ends before it begins.

        Raises:
            ValueError: The message is for the user.
        """
        for begins, ends in ((self.since, self.until), (self.received_since, self.received_until)):
            if begins and ends and ends < begins:
                raise ValueError(
                    f"The window ends ({format_timestamp(ends)}) before it begins ({format_timestamp(begins)})."
                )

    def __bool__(self) -> bool:
        """Return whether any field is set."""
        return self != _EVERYTHING

    @property
    def time(self) -> tuple[str, str]:
        """First and last `time`, as text in the form of events."""
        return _between(self.since, self.until)

    @property
    def recordedtime(self) -> tuple[str, str]:
        """First and last `recordedtime`, as text in the form of events."""
        return _between(self.received_since, self.received_until)

    def takes(self, event: "EventDocument") -> bool:
        """Return whether an event is selected."""
        data = event["data"]
        (since, until), (received_since, received_until) = self.time, self.recordedtime
        return (
            since <= event["time"] <= until
            and received_since <= event["recordedtime"] <= received_until
            and self.campaign in (None, data.get("campaign_id"))
            and self.phone in (None, data.get("phone_number"))
            and (not self.types or event["type"] in self.types)
            and (not self.outcomes or data.get("outcome") in self.outcomes)
        )


_EVERYTHING: Final = Selection()


def on(day: str, zone: tzinfo = UTC) -> dict[str, datetime]:
    """Return `since` and `until` of a whole day: "today", "yesterday" or "2026-03-01". Raises ValueError."""
    begins, ends = times.whole_day(day, zone)
    return {"since": begins, "until": ends}


def _between(begins: datetime | None, ends: datetime | None) -> tuple[str, str]:
    return format_timestamp(begins) if begins else _FIRST, format_timestamp(ends) if ends else _LAST
