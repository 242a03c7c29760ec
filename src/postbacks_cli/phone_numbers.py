"""Phone numbers as people write them, and as events have them."""

import re
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s().-]")
_NORTH_AMERICAN: Final = re.compile(r"\+?1?([0-9]{10})")


def normalized(text: str) -> str:
    """Write a number as events have it: E.164 where it is North American, else as given, a short code for instance."""
    number = _SEPARATORS.sub("", text)
    found = _NORTH_AMERICAN.fullmatch(number)
    return f"+1{found[1]}" if found else number
