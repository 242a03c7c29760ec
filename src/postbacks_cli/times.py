"""Times as the user writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO: Final = re.compile(r"([0-9]{1,6})([mhdw])")


def parse(text: str) -> datetime:
    """Read an RFC 3339 time or a date, UTC where it names no zone, or how long ago it was: "30m", "2h", "3d", "1w"."""
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no time such as 2026-03-01T12:00:00Z, 2026-03-01, 2h or 3d.") from None


def shown(stamp: str | None) -> str | None:
    """Show a stamp of ours to the second: "2026-03-01 12:00:00"."""
    return stamp and stamp[:19].replace("T", " ")


def age(stamp: str) -> timedelta:
    """How long ago a stamp of ours was."""
    return datetime.now(UTC) - datetime.fromisoformat(stamp)
