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
_END: Final = 200_000_000_000_000
"""Milliseconds until the year 8307; larger numbers are not times."""

_UNSTATED: Final = timezone(timedelta(0), "unstated")

_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


def count(value: str) -> int | None:
    """Read a whole number below 10^9."""
    return typed.count(_whole(value))


def phone_number(value: str) -> str | None:
    """Convert a number to E.164 where possible."""
    return typed.phone_number(_whole(value))


def flag(value: str) -> bool | None:
    """Read a boolean."""
    return _FLAGS.get(value.lower())


def read_time(value: str) -> datetime | None:
    """Read milliseconds or seconds since 1970, or an ISO 8601 time that states its zone."""
    if _EPOCH_TIME.fullmatch(value):
        number = float(value)
        milliseconds = number * 1_000 if number < _SECONDS else number
        return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds < _END else None
    time = typed.read_timestamp(value, _UNSTATED)
    return None if time is None or time.tzinfo is _UNSTATED else time


def _whole(value: str) -> str:
    """Rewrite a whole number without fraction and exponent; return any other text unchanged."""
    if not _WHOLE.fullmatch(value):
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and number < _MOST else value
