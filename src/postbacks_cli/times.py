"""Read and show times in the user's formats."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGO: Final = re.compile(r"([0-9]{1,6})([mhdw])")
_DAYS_AGO: Final = {"today": 0, "yesterday": 1}
_LAST: Final = timedelta(milliseconds=1)
"""Events have millisecond precision, so this is the last instant before midnight."""


def first(text: str, zone: tzinfo = UTC) -> datetime:
    """Return the start of a time span: a time, a whole day's midnight, or how long ago ("30m", "2h", "3d").

    Raises:
        ValueError: The text is none of these; the message is for the user.
    """
    day = _day(text, zone)
    return _parse(text, zone) if day is None else _midnight(day, zone)


def last(text: str, zone: tzinfo = UTC) -> datetime:
    """Return the end of a time span: for a whole day, the millisecond before the next midnight.

    Raises:
        ValueError: As `first`.
    """
    day = _day(text, zone)
    return _parse(text, zone) if day is None else _midnight(day, zone, days=1) - _LAST


def whole_day(text: str, zone: tzinfo = UTC) -> tuple[datetime, datetime]:
    """Return the start and the end of a day: "today", "yesterday" or a date.

    Raises:
        ValueError: The text is no day; the message is for the user.
    """
    if _day(text, zone) is None:
        raise ValueError(f"{text!r} is not a day such as 2026-03-01, today or yesterday.")
    return first(text, zone), last(text, zone)


def _day(text: str, zone: tzinfo) -> date | None:
    if text in _DAYS_AGO:
        return datetime.now(zone).date() - timedelta(days=_DAYS_AGO[text])
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date, zone: tzinfo, *, days: int = 0) -> datetime:
    """Return the start of a day, or of the day that many days later."""
    try:
        return datetime.combine(day + timedelta(days=days), time.min, zone).astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999
        raise _no_time(day.isoformat()) from None


def _parse(text: str, zone: tzinfo) -> datetime:
    try:
        if ago := _AGO.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        parsed = datetime.fromisoformat(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_time(text) from None


def _no_time(text: str) -> ValueError:
    return ValueError(f"{text!r} is not a time such as 2026-03-01T12:00:00Z, 2026-03-01, today, yesterday, 2h or 3d.")


def shown(timestamp: str | None) -> str | None:
    """Show a timestamp to the second: "2026-03-01 12:00:00"."""
    return timestamp and timestamp[:19].replace("T", " ")


def short(timestamp: str | None, zone: tzinfo = UTC) -> str | None:
    """Show a timestamp in 11 characters: "03-01 12:00" for this year, "2010-03-24" for another."""
    if not timestamp:
        return None
    parsed = datetime.fromisoformat(timestamp).astimezone(zone)
    return parsed.strftime("%m-%d %H:%M" if parsed.year == datetime.now(zone).year else "%Y-%m-%d")


def age(timestamp: str) -> timedelta:
    """Return how long ago a timestamp was."""
    return datetime.now(UTC) - datetime.fromisoformat(timestamp)
