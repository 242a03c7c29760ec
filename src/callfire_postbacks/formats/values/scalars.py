"""Read texts of API 1.1 and v2: numbers, booleans and times in all forms that JSON can have.

JSON writers may add a fraction or an exponent to a whole number: 12135550188.0, 1.2135550188E10.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from callfire_postbacks.formats.values import typed

_WHOLE: Final = re.compile(r"[0-9]{1,15}\.0+|[0-9](\.[0-9]{1,14})?[eE]\+?[0-9]{1,2}")
_MOST: Final = 10**15
"""Larger numbers with a fraction or an exponent may not be exact."""

# Milliseconds since 1970, as v2 sends them, possibly as a floating-point number.
_EPOCH_TIME: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?([eE]\+?[0-9]{1,2})?")
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_SECONDS: Final = 100_000_000_000
"""Smaller numbers are seconds: as milliseconds they would be before March 1973."""
_FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No time is before CallFire existed: programs write 0 or 1970-01-01 for "none"."""
_END: Final = 200_000_000_000_000
"""Milliseconds until the year 8307; larger numbers are not times."""

_UNSTATED: Final = timezone(timedelta(0), "unstated")

_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def count(value: str) -> int | None:
    """Read a whole number below 10^9."""
    return typed.count(_whole(value))


def phone_number(value: str) -> str | None:
    """Convert a number to E.164 where possible."""
    return typed.phone_number(_whole(value))


def identifier(value: str) -> str | None:
    """Accept a label; if it is a number, read it without fraction and exponent."""
    return typed.label(_whole(value))


def flag(value: str) -> bool | None:
    """Read a boolean."""
    return _FLAGS.get(value.lower())


def read_time(value: str) -> datetime | None:
    """Read milliseconds or seconds since 1970, or an ISO 8601 time that states its zone."""
    time = _from_number(float(value)) if _EPOCH_TIME.fullmatch(value) else typed.read_timestamp(value, _UNSTATED)
    return time if time and time >= _FIRST and time.tzinfo is not _UNSTATED else None


def _from_number(number: float) -> datetime | None:
    since = number * 1_000 if number < _SECONDS else number
    return _EPOCH + timedelta(milliseconds=since) if since < _END else None


def _whole(value: str) -> str:
    """Rewrite a whole number without fraction and exponent; return any other text unchanged."""
    if value.isdigit() or not _WHOLE.fullmatch(value):
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and number < _MOST else value
