"""Convert phone numbers as people write them to those in events."""

import re
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s().-]")
_NORTH_AMERICAN: Final = re.compile(r"\+?1?([0-9]{10})")


def normalized(text: str) -> str:
    """Convert a number to its form in events: E.164 if North American, else unchanged, such as a short code."""
    number = _SEPARATORS.sub("", text)
    found = _NORTH_AMERICAN.fullmatch(number)
    return f"+1{found[1]}" if found else number
