"""Repairs of characters and character references, in texts and attribute values."""

import re
from html.entities import html5
from typing import Final

_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)
_REFERENCES: Final = re.compile(r"(?:&#(?:x[0-9a-f]+|[0-9]+);)+", re.IGNORECASE)
_UNFINISHED: Final = re.compile(r"&#(?:[xX][0-9A-Fa-f]{1,6}(?![0-9A-Fa-f;])|[0-9]{1,7}(?![0-9;])|X(?=[0-9A-Fa-f]+;))")
# Without its semicolon, only the name of an entity that is no word is one: "original &copy" is two words.
_UNFINISHED_ENTITY: Final = re.compile(
    r"&(amp|lt|gt|quot|apos|nbsp|[a-z]{1,2}(?:acute|grave|circ|uml|tilde|cedil|slash|ring|lig))(?![a-z0-9;=])",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_PREDEFINED: Final = ("amp", "lt", "gt", "quot", "apos")
_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")
_AMPERSAND_OF_NO_ENTITY: Final = re.compile(r"&(?!(?:[A-Za-z_:][\w:.-]*|#[0-9]+|#x[0-9a-fA-F]+);)")

_BEYOND_UNICODE: Final = 0x110000
_DIGITS: Final = 7
"""The digits of the largest Unicode code point, in decimal."""
_UNKNOWN: Final = "\ufffd"


def control_characters(piece: str) -> str:
    """Replace characters that XML does not allow by spaces."""
    return _CONTROL.sub(" ", piece)


def unfinished_references(piece: str) -> str:
    """Add a missing semicolon to a reference, and write its x in lowercase."""
    piece = _UNFINISHED.sub(lambda found: found[0].lower() + ("" if found[0] == "&#X" else ";"), piece)
    return _UNFINISHED_ENTITY.sub(lambda found: f"{found[0]};" if _characters(found[1]) else found[0], piece)


def surrogate_references(piece: str) -> str:
    """Join references to the two surrogates of a character; replace a single surrogate by the replacement character."""
    return _REFERENCES.sub(_join, piece)


def impossible_references(piece: str) -> str:
    """Replace references to characters that XML does not allow by spaces, and those beyond Unicode by U+FFFD."""
    return _REFERENCE.sub(_possible, piece)


def html_entities(piece: str) -> str:
    """Replace an HTML entity by its character, whatever its case."""
    return _ENTITY.sub(_character, piece)


def ampersands(piece: str) -> str:
    """Escape an ampersand that does not begin a reference."""
    return _AMPERSAND.sub("&amp;", piece)


def ampersands_but_of_entities(piece: str) -> str:
    """Escape an ampersand that begins neither a reference nor an entity, which the external DTD may declare."""
    return _AMPERSAND_OF_NO_ENTITY.sub("&amp;", piece)


def _code(reference: re.Match[str]) -> int:
    digits = (reference[1] or reference[2]).lstrip("0") or "0"
    if len(digits) > _DIGITS:
        return _BEYOND_UNICODE
    return min(int(digits, 16 if reference[1] else 10), _BEYOND_UNICODE)


def _join(run: re.Match[str]) -> str:
    codes = [_code(reference) for reference in _REFERENCE.finditer(run[0])]
    if not any(0xD800 <= code < 0xE000 for code in codes):  # noqa: PLR2004  the range of surrogates
        return run[0]
    units = "".join(chr(code) if code < _BEYOND_UNICODE else _UNKNOWN for code in codes)
    characters = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(f"&#{ord(character)};" for character in characters)


def _possible(reference: re.Match[str]) -> str:
    code = _code(reference)
    if code == _BEYOND_UNICODE:
        return _UNKNOWN
    return " " if _CONTROL.match(chr(code)) else reference[0]


def _character(entity: re.Match[str]) -> str:
    found = None if entity[1] in _PREDEFINED else _characters(entity[1])
    return "".join(f"&#{ord(character)};" for character in found) if found else entity[0]


def _characters(name: str) -> str | None:
    return html5.get(f"{name};") or html5.get(f"{name.lower()};") or html5.get(f"{name.capitalize()};")
