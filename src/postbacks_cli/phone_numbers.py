"""Convert phone numbers as people write them to those in events."""

import re
from typing import Final

from callfire_postbacks.formats.values import typed

_SEPARATORS: Final = re.compile(r"[\s().-]")


def normalized(text: str) -> str:
    """Convert a number to its form in events: E.164 if possible, else without punctuation, such as a short code."""
    number = typed.phone_number(text.strip()) or ""
    return number if number.startswith("+") else _SEPARATORS.sub("", text)
