"""Read texts of API 1.1 and v2 as booleans and times, in addition to the types of fields.py."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from callfire_postbacks.formats.fields import read_timestamp

# Milliseconds since 1970, as v2 sends them, possibly as a floating-point number.
_EPOCH_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?([eE]\+?[0-9]{1,2})?")
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_END: Final = 200_000_000_000_000
"""Milliseconds until the year 8307; larger numbers are not times."""

_UNSTATED: Final = timezone(timedelta(0), "unstated")

_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


def flag(value: str) -> bool | None:
    """Read a boolean."""
    return _FLAGS.get(value.lower())


def read_time(value: str) -> datetime | None:
    """Read milliseconds since 1970, or an ISO 8601 time that states its zone."""
    if _EPOCH_MILLISECONDS.fullmatch(value):
        milliseconds = float(value)
        return _EPOCH + timedelta(milliseconds=milliseconds) if milliseconds < _END else None
    time = read_timestamp(value, _UNSTATED)
    return None if time is None or time.tzinfo is _UNSTATED else time
