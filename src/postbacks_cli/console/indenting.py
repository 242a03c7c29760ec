"""Indent a body for reading, also one that only the repairs make readable. Only whitespace and JSON escapes change."""

import json
import re
from typing import Final

from callfire_postbacks.formats.repairs import surroundings, tags
from callfire_postbacks.formats.xml.collector import MAX_DEPTH
from callfire_postbacks.formats.xml.document import BEFORE_TEXT, WHITESPACE

_NUMBER: Final = re.compile(r'"\ue000([-+.\dEe]+)"')
"""A number that is kept as it was written, as a text while the JSON is indented."""
_CDATA: Final = "<![CDATA["


def indented(text: str) -> str:
    """Indent XML and JSON; return anything else unchanged."""
    document = text.lstrip(BEFORE_TEXT)
    try:
        if document.startswith(("{", "[")):
            read = json.loads(document, parse_float="\ue000{}".format, parse_int="\ue000{}".format)
            return _NUMBER.sub(r"\1", json.dumps(read, indent=2, ensure_ascii=False))
    except (ValueError, RecursionError):
        return text
    return _indented_markup(document) if "<" in document else text


def _indented_markup(text: str) -> str:
    """Begin a line for each tag or comment that has no text before it."""
    parts, root = surroundings.read_prolog(text)
    written = ["\n".join(text[part.start : part.end].strip(WHITESPACE) for part in parts)]
    pieces = tags.split(text[root:])
    depth, previous, is_open = 0, "", False
    for before, piece in zip(pieces[:-1:2], pieces[1::2], strict=True):
        is_end = piece.startswith("</")
        depth = max(depth - is_end, 0)
        is_beside_text = before.strip(WHITESPACE) or _CDATA in (piece[: len(_CDATA)], previous[: len(_CDATA)])
        if is_beside_text or (is_end and is_open):
            written.append(before)
        else:
            written.append("\n" + "  " * min(depth, MAX_DEPTH))
        written.append(piece)
        is_open = tags.is_tag(piece) and not is_end and not piece.endswith("/>")
        depth, previous = depth + is_open, piece
    return "".join([*written, pieces[-1]]).strip(WHITESPACE)
