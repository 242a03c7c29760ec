"""Repairs around the root element: declarations, a DOCTYPE, and text outside the document."""

import re
from typing import Final, Literal, NamedTuple

from callfire_postbacks.formats.repairs.tags import is_tag
from callfire_postbacks.formats.xml.document import BEFORE_TEXT, WHITESPACE

_WELL_FORMED: Final = re.compile(
    r"""<\?xml\s+version\s*=\s*(?:"1\.\d+"|'1\.\d+')(?:\s+encoding\s*=\s*(?:"[\w.-]+"|'[\w.-]+'))?"""
    r"""(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>"""
)
_INSTRUCTION: Final = re.compile(r"<\?xml[\s?]", re.IGNORECASE)
_PART: Final = re.compile(
    r"(?P<declaration><[?!]?\s{0,9}xml\s+(?:version|encoding|standalone)\b[^<>]*>?|<\?xml\s{0,9}>)"
    # The second form of a DOCTYPE has no end or a stray quotation mark.
    r"""|(?P<doctype><!\s{0,9}DOCTYPE(?:(?:[^<>\[\]"']++|"[^"]*+"|'[^']*+')*+>|[^<>\[\]]*+(?:>|(?=<))))"""
    r"|<!--.*?-->|<\?.*?\?>",
    re.IGNORECASE | re.DOTALL,
)


class Part(NamedTuple):
    """A part of the text before the root element."""

    start: int
    end: int
    kind: Literal["declaration", "doctype", "surrounding-text", "valid declaration", "kept"]
    """The repair that drops it. A valid declaration is dropped without one, and comments and instructions are kept."""


def read_prolog(text: str) -> tuple[list[Part], int]:
    """Return the parts before the root element, and where that begins. Nothing that a DOCTYPE points to is fetched."""
    parts: list[Part] = []
    end, start = 0, text.find("<")
    while start >= 0:
        if text[end:start].strip(WHITESPACE if end else BEFORE_TEXT):
            parts.append(Part(end, start, "surrounding-text"))
        found = _PART.match(text, start)
        if not found:
            return parts, start
        if found["declaration"]:
            is_valid = end == 0 and _WELL_FORMED.fullmatch(found[0])
            parts.append(Part(start, found.end(), "valid declaration" if is_valid else "declaration"))
        else:
            parts.append(Part(start, found.end(), "doctype" if found["doctype"] else "kept"))
        end = found.end()
        start = text.find("<", end)
    return parts, end


def drop_prolog(text: str) -> tuple[str, list[str]]:
    """Drop everything before the root element except comments and instructions, and name the invalid parts.

    A DOCTYPE with declarations of its own is kept.
    """
    parts, root = read_prolog(text)
    kept = [text[part.start : part.end] for part in parts if part.kind == "kept"]
    repairs = [part.kind for part in parts if part.kind not in ("kept", "valid declaration")]
    return "".join([*kept, text[root:]]), list(dict.fromkeys(repairs))


def drop_text_outside(pieces: list[str]) -> tuple[list[str], list[str]]:
    """Drop text and stray end tags outside the root element; a document with two roots is returned unchanged."""
    tags = [place for place in range(1, len(pieces), 2) if is_tag(pieces[place])]
    depth = 0
    for place in tags:
        depth += -1 if pieces[place].startswith("</") else not pieces[place].endswith("/>")
        if depth <= 0:
            break
    else:
        return pieces, []
    behind = [tag for tag in tags if tag > place]
    outside = "".join([*pieces[: tags[0] : 2], *pieces[place + 1 :: 2]])
    if not all(pieces[tag].startswith("</") for tag in behind) or "<!" in outside:
        return pieces, []  # another root, a DOCTYPE with declarations, or half a comment
    if not behind and not outside.strip(WHITESPACE):
        return pieces, []
    for piece in (*range(0, tags[0], 2), *range(place + 1, len(pieces), 2), *behind):
        pieces[piece] = ""
    return pieces, ["surrounding-text"]


def instructions(piece: str) -> str:
    """Drop an XML declaration that is not at the start of the document."""
    return "" if _INSTRUCTION.match(piece) else piece
