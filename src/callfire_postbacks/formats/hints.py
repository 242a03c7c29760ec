"""What the names of root and URL say about a notification of API 1.1 whose body does not say it."""

from typing import Final, TypeVar

T = TypeVar("T")

_IS_INBOUND: Final = {"inbound": True, "received": True, "outbound": False, "textsent": False}
_TRIGGERS: Final = {"started": "started", "stopped": "stopped", "finished": "finished"}
_TRIGGER_OF_STATUS: Final = {
    "START_PENDING": "started",
    "RUNNING": "started",
    "STOPPED": "stopped",
    "SUSPENDED": "stopped",
    "FINISHED": "finished",
    "ARCHIVED": "finished",
}

Hints = tuple[str, ...]
"""The names of root and URL, in lowercase."""


def is_inbound(hints: Hints) -> bool | None:
    """Return the direction of a call or text; None if no name hints at it."""
    return _find(hints, _IS_INBOUND)


def trigger_of_campaign(hints: Hints, status: str | None) -> str | None:
    """Return the trigger of a campaign's notification by its names, or else by its status; None if neither tells."""
    return _find(hints, _TRIGGERS) or _TRIGGER_OF_STATUS.get((status or "").upper())


def _find(hints: Hints, meanings: dict[str, T]) -> T | None:
    """Return the meaning of the first hint that contains one of the words."""
    return next((meaning for hint in hints for word, meaning in meanings.items() if word in hint), None)
