"""From a postback's leaves to typed fields, losing none: what cannot be typed stays among the unrecognized."""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from callfire_events.types import Cost
from callfire_postbacks.formats.xml import WHITE_SPACE, Document

T = TypeVar("T")

MAX_LABEL_LENGTH: Final = 128
"""Characters in an id, a number or a code: they become index keys and filter attributes, which AWS limits."""

# The oldest and the newest year of a timestamp: outside, zones have no offset in whole minutes or sums overflow.
_YEARS: Final = range(1970, 9000)

_LABEL: Final = re.compile(rf"[^\x00-\x1f\x7f]{{1,{MAX_LABEL_LENGTH}}}")
_COUNT: Final = re.compile(r"[0-9]{1,9}")
_NORTH_AMERICAN_NUMBER: Final = re.compile(r"1?([0-9]{10})")
_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{5,8}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_DOLLARS: Final = re.compile(r"\$ ?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")


class Fields:
    """The leaves of one document. Each is taken once, and `rest` is what nobody took."""

    def __init__(self, document: Document) -> None:
        self._leaves = document.leaves
        self._attributes = document.attributes
        self._earlier: dict[str, list[str]] = {}

    def take(self, path: str, typed: Callable[[str], T | None]) -> T | None:
        """Take the last value at a path if it can be typed. Earlier ones, and one that cannot, are left."""
        leaves = self._leaves.get(path)
        if not leaves:
            return None
        value = typed(leaves[-1])
        if value is not None:
            leaves.pop()
        return value

    def take_all(self, path: str) -> list[str] | None:
        """Take all values at a path, in their order."""
        return self._leaves.pop(path, None)

    def take_named(self, path: str) -> dict[str, str] | None:
        """Take all values at a path by their elements' `name`. Earlier ones of a name, and nameless ones, are left."""
        named: dict[str, str] = {}
        nameless = []
        for place, value in enumerate(self._leaves.pop(path, ())):
            name = label(self._attributes.get((path, place), {}).get("name", "").strip(WHITE_SPACE))
            if name is None:
                nameless.append(value)
                continue
            if name in named:
                self._earlier.setdefault(f'{path}[@name="{name}"]', []).append(named[name])
            named[name] = value
        names = self._leaves.pop(f"{path}/@name", ())
        self._leaves[path] = nameless
        self._leaves[f"{path}/@name"] = [name for name in names if name not in named]
        return named or None

    def rest(self) -> dict[str, list[str]] | None:
        """Return the values that nobody took, by path."""
        rest = {path: leaves for path, leaves in self._leaves.items() if leaves}
        return rest | self._earlier or None


def text(value: str) -> str:
    """Take any text."""
    return value


def label(value: str) -> str | None:
    """Take a short single line: an id, a number, a code."""
    return value if _LABEL.fullmatch(value) else None


def count(value: str) -> int | None:
    """Read a whole number below 10^9, the range that SNS filter policies can compare."""
    return int(value) if _COUNT.fullmatch(value) else None


def phone_number(value: str) -> str | None:
    """Turn a North American number into E.164; leave a short code, or any other label, as sent."""
    match = _NORTH_AMERICAN_NUMBER.fullmatch(value)
    return f"+1{match[1]}" if match else label(value)


def read_timestamp(value: str, zone: tzinfo) -> datetime | None:
    """Read a time such as "2010-03-24 15:58:18.0", in `zone` unless it states its own.

    In the hour that a clock repeats it is the first of the two; in the hour that a clock skips it is
    as long after the change as the timestamp says (the offset from before the change).
    """
    if not _TIMESTAMP.fullmatch(value):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:  # the 31st of February
        return None
    if time.year not in _YEARS:
        return None
    return time if time.tzinfo else time.replace(tzinfo=zone)


def dollars(value: str) -> Cost | None:
    """Read an amount such as "$1,234.50". That CallFire's dollar is the US dollar is inferred: it bills in no other."""
    match = _DOLLARS.fullmatch(value)
    return Cost(amount=match[1].replace(",", "") + (match[2] or ""), currency="USD") if match else None
