"""Read times as written by Java, in logs, in e-mails and in the US, if they are not in CallFire's documented format.

Ambiguous times are not read: 03/04/2010 can be two days, and "IST" three time zones.
"""

import re
from datetime import UTC, datetime
from typing import Final

_ZONES: Final = {
    "Z": "+00:00",
    "UT": "+00:00",
    "UTC": "+00:00",
    "GMT": "+00:00",
    "AST": "-04:00",
    "ADT": "-03:00",
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
    "AKST": "-09:00",
    "AKDT": "-08:00",
    "HST": "-10:00",
    "HDT": "-09:00",
    "CHST": "+10:00",
}
"""Abbreviations of US and Canadian time zones."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY_NAME: Final = r"(?:[A-Z]{3,9},? )?"
_MONTH_NAME: Final = r"(?P<month>[A-Z]{3})[A-Z]{0,6}\.?"
_TIME: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[AP])\.?M\.?)?"
)
_ZONE: Final = (
    r"(?: ?(?P<zone>[A-Z]{1,4}))?(?: ?(?P<offset>[+-](?:\d\d:?\d\d|\d{1,2}(?::\d\d)?)))?"
    r"(?: ?[(\[](?P<place>[\w/ +:-]+)[)\]])?"
)

_FORMS: Final = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[T ]{_TIME}{_ZONE}",
        rf"(?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})[-/](?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        rf"{_DAY_NAME}(?P<day>\d{{1,2}})[ -]{_MONTH_NAME}[ -](?P<year>\d{{4}}),? {_TIME}{_ZONE}",
        rf"{_DAY_NAME}{_MONTH_NAME} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}),? (?:at )?{_TIME}{_ZONE}",
        rf"{_DAY_NAME}{_MONTH_NAME} (?P<day>\d{{1,2}}) {_TIME}{_ZONE} (?P<year>\d{{4}})",
    )
)
"""ISO and SQL; American; RFC 1123 and Oracle; Java's DateFormat; Java's Date.toString."""

_COMPACT: Final = re.compile(r"(\d{8})T?(\d{6}(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH_TIME: Final = re.compile(r"([1-9][0-9]{9})([0-9]{3})|(1[0-9]{9})(?:\.([0-9]{1,9}))?")
"""Milliseconds since 1970, or seconds if between 2001 and 2033: other ten digits may be a phone number."""
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_MAX_LENGTH: Final = 64


def rewrite(value: str) -> str | None:
    """Rewrite a time as ISO 8601, with its offset if it states one; None if it is not a time or ambiguous."""
    value = " ".join(value.translate(_DASHES).split())
    if len(value) > _MAX_LENGTH:
        return None
    epoch = _EPOCH_TIME.fullmatch(value)
    if epoch:
        whole = datetime.fromtimestamp(int(epoch[1] or epoch[3]), UTC).isoformat()[:19]
        return f"{whole}.{epoch[2] or epoch[4] or '0'}+00:00"
    compact = _COMPACT.fullmatch(value)
    if compact:
        return f"{compact[1]}T{compact[2]}{compact[3] or ''}"
    found = next(filter(None, (form.fullmatch(value) for form in _FORMS)), None)
    if not found:
        return None
    date, hour, offset = _date(found), _hour(found), _offset(found)
    if date is None or hour is None or offset is None:
        return None
    return f"{date}T{hour}:{found['minute']}:{found['second'] or '00'}.{found['fraction'] or '0'}{offset}"


def _date(found: re.Match[str]) -> str | None:
    month, day = found["month"], int(found["day"])
    if not month.isdigit():
        number = _MONTHS.index(month.lower()) + 1 if month.lower() in _MONTHS else 0
    else:
        number = int(month)
        is_american = found.start("month") < found.start("year")
        if is_american and number != day and number <= len(_MONTHS) >= day:
            return None
        if is_american and number > len(_MONTHS):
            number, day = day, number
    return f"{found['year']}-{number:02}-{day:02}"


def _hour(found: re.Match[str]) -> str | None:
    hour, half = int(found["hour"]), found["half"]
    if half is None:
        return f"{hour:02}"
    if hour not in range(1, 13):
        return None
    return f"{hour % 12 + (12 if half in 'Pp' else 0):02}"


def _offset(found: re.Match[str]) -> str | None:
    """Return an offset as "-07:00"; empty if none is stated, None if it is unknown or contradictory."""
    zone, offset = found["zone"], found["offset"]
    if offset is None:
        named = zone or found["place"]  # in brackets after an offset, a zone says nothing new
        return _ZONES.get(named.upper()) if named else ""
    if zone and _ZONES.get(zone.upper()) != "+00:00":
        return None
    digits = offset[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > len("07") else (digits, "00")
    return f"{offset[0]}{hours:0>2}:{minutes}"
