"""Repairs of JSON: text around the document, and a comma behind the last item of a list or object."""

import re
from collections.abc import Iterator
from typing import Final

from callfire_postbacks.formats.xml.document import BEFORE_TEXT, WHITESPACE

_OBJECT: Final = re.compile(r'\{\s*"')
_TEXT_OR_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*[}\]])', re.DOTALL)


def is_json(text: str) -> bool:
    """Return whether a text is JSON, perhaps with other text before it, and not XML."""
    return _begins_json(text) or _start(text) > 0


def find_document(text: str) -> tuple[int, int]:
    """Return where a JSON document begins and ends; it ends with the text if another one may be behind it."""
    start = 0 if _begins_json(text) else _start(text)
    end = max(map(text.rfind, "}]")) + 1
    behind = text[end:]
    return start, len(text) if any(bracket in behind for bracket in "{[<") else end


def find_trailing_commas(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each comma that no item follows."""
    return (found.span() for found in _TEXT_OR_COMMA.finditer(text) if found[0] == ",")


def drop_text_outside(text: str) -> str:
    """Drop the text before and behind a JSON document."""
    start, end = find_document(text)
    is_blank = not (text[:start] + text[end:]).strip(WHITESPACE)
    return text if is_blank else text[start:end]


def drop_trailing_commas(text: str) -> str:
    """Drop each comma that no item follows."""
    return _TEXT_OR_COMMA.sub(lambda found: found[1] or "", text)


def _begins_json(text: str) -> bool:
    document = text.lstrip(BEFORE_TEXT)
    return document.startswith(("{", "[")) and "<" not in document.partition('"')[0]


def _start(text: str) -> int:
    """Return where the first object begins, or a list around it; 0 if there is none, or XML before it."""
    found = _OBJECT.search(text)
    if found is None or "<" in text[: found.start()]:
        return 0
    return len(text[: found.start()].rstrip("[" + WHITESPACE))
