"""Convert a text of a postback to a typed value, or to None if it has another form."""

import re
from datetime import datetime, tzinfo
from typing import Final

from callfire_events.parts import Cost

MAX_LABEL_LENGTH: Final = 128
"""The longest id, number or code: they become index keys and filter attributes, which AWS limits."""

# The accepted years of a timestamp: outside them, time zones have offsets with seconds, or sums overflow.
_YEARS: Final = range(1970, 9000)

_LABEL: Final = re.compile(rf"[^\x00-\x1f\x7f]{{1,{MAX_LABEL_LENGTH}}}")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
# Area code and exchange begin with 2 to 9: nationalnanpa.com, "About the North American Numbering Plan".
_NORTH_AMERICAN_NUMBER: Final = re.compile(r"(?:\+?1)?([2-9][0-9]{2}[2-9][0-9]{6})")
_INTERNATIONAL_NUMBER: Final = re.compile(r"\+[2-9][0-9]{6,14}")
_SHORTEST: Final = len("+2345678")
_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{5,8}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?")


def text(value: str) -> str:
    """Accept any text."""
    return value


def label(value: str) -> str | None:
    """Accept a short single line: an id, a number, a code."""
    return value if _LABEL.fullmatch(value) else None


def count(value: str) -> int | None:
    """Read a whole number below 10^9, the range that SNS filter policies can compare; "35.0" is one."""
    if _COUNT.fullmatch(value):
        return int(value)
    whole, point, fraction = value.partition(".")
    return int(whole) if _COUNT.fullmatch(whole) and point and fraction and not fraction.strip("0") else None


def phone_number(value: str) -> str | None:
    """Convert a number to E.164, whatever its punctuation; return a short code, or any other label, as sent."""
    if len(value) < _SHORTEST:
        return label(value)
    match = _NORTH_AMERICAN_NUMBER.fullmatch(value)
    if match:
        return f"+1{match[1]}"
    # A cold start does not compile the patterns of other forms than CallFire's.
    from callfire_postbacks.formats.values.numbers import rewrite  # noqa: PLC0415

    written = rewrite(value)
    match = _NORTH_AMERICAN_NUMBER.fullmatch(written)
    if match:
        return f"+1{match[1]}"
    return written if _INTERNATIONAL_NUMBER.fullmatch(written) else label(value)


def read_timestamp(value: str, zone: tzinfo) -> datetime | None:
    """Read a time such as "2010-03-24 15:58:18.0", in `zone` unless it states its own.

    In an hour that daylight saving repeats, it is the first of the two. In an hour that daylight saving skips, the
    offset from before the change applies, so the time is correspondingly later.
    """
    written = value if _TIMESTAMP.fullmatch(value) else _rewrite(value)
    if written is None:
        return None
    try:
        time = datetime.fromisoformat(written)
    except ValueError:  # such as the 31st of February
        return None
    if time.year not in _YEARS:
        return None
    return time if time.tzinfo else time.replace(tzinfo=zone)


def _rewrite(value: str) -> str | None:
    from callfire_postbacks.formats.values.timestamps import rewrite  # noqa: PLC0415  as above

    return rewrite(value)


def dollars(value: str) -> Cost | None:
    """Read an amount such as "$1,234.50", negative in parentheses or after a minus sign.

    That "$" means the US dollar is inferred: CallFire bills in no other currency.
    """
    from callfire_postbacks.formats.values.numbers import read_amount  # noqa: PLC0415  as above

    amount = read_amount(value)
    return Cost(amount=amount, currency="USD") if amount else None
