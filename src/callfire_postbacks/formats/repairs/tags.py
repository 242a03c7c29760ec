"""Repairs of markup: stray angle brackets, attribute values, undeclared prefixes, comments."""

import re
from collections.abc import Iterator
from typing import Final

_START: Final = r"A-Za-z_:\x80-\U0010ffff"
_QUOTES: Final = r"\u201c-\u201f\u2018-\u201b\u00ab\u00bb`\u00b4"

# Matching takes linear time, although a failed attempt has read ahead: two attempts are never in the same state at
# one place (outside quotation marks, or within one of their two kinds), so no place is read more than three times.
_NAME: Final = rf"""[{_START}][^\s<>"'=/&,;()]*+"""
_TAG: Final = (
    rf"</{_NAME}\s*+>|<{_NAME}"
    rf"""(?:\s*+/?>|(?=[^<>]*=)[\s/](?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)"""
)
_MARKUP: Final = re.compile(rf"(<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|{_TAG})", re.DOTALL)
_PAIRS: Final = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))

_BRACKET: Final = re.compile(r"<(?![!?])|]]>")
_WELL_FORMED: Final = re.compile(
    rf"""</?[{_START}][^\s<>"'=/]*+(?:\s++[^\s<>"'=/]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+\s*+/?>"""
)
_VALUE: Final = re.compile(
    rf"""("[^"]*"|'[^']*')|=\s*[{_QUOTES}]([^"<>{_QUOTES}]*)[{_QUOTES}]|=\s*([^\s"'<>=/](?:[^\s"'<>=/]|/(?!>))*)"""
)
_NAME_OF_TAG: Final = re.compile(rf"<(/?)({_NAME})")
_QUOTED: Final = re.compile(r""""[^"]*"|'[^']*'""")
_PREFIX: Final = re.compile(rf"(?:^</?|\s)([A-Za-z_][\w.-]*):(?=[{_START}])")
_WITHOUT_END: Final = ("br", "hr", "wbr", "img", "input", "p", "li")
"""Elements that HTML allows to have no end tag."""
_DECLARED: Final = re.compile(r"\sxmlns:([\w.-]+)\s*=")


def split(document: str) -> list[str]:
    """Split a document into texts, at even indexes, and markup between them: tags, CDATA, comments, instructions."""
    if any(document.rfind(opening) > document.rfind(closing) for opening, closing in _PAIRS):
        return [document]  # unterminated: looking for the end from every start would not be linear
    return _MARKUP.split(document)


def is_tag(piece: str) -> bool:
    """Return whether a piece of markup is a tag."""
    return piece[1:2] not in ("!", "?", "")


def angle_brackets(text: str) -> str:
    """Escape angle brackets in a text that begin no tag or end no CDATA."""
    return _BRACKET.sub(lambda found: "&lt;" if found[0] == "<" else "]]&gt;", text)


def attribute_values(tag: str) -> str:
    """Quote values that have no quotation marks or typographic ones, and escape angle brackets in them."""
    return tag if _WELL_FORMED.fullmatch(tag) else _VALUE.sub(_quote, tag)


def _quote(found: re.Match[str]) -> str:
    if found[1]:
        return found[1].replace("<", "&lt;")
    return f'="{found[2] if found[2] is not None else found[3]}"'


def comments(piece: str) -> str:
    """Drop a comment that XML does not allow."""
    return "" if piece.startswith("<!--") and "--" in piece[4:-3] + piece[-3:-2] else piece


def unclosed_tags(pieces: list[str]) -> list[str]:
    """End an element of HTML that has no end tag at its start tag, and make a break of </br>."""
    mended, opened = list(pieces), list[tuple[int, str]]()
    for place in range(1, len(pieces), 2):
        found = _NAME_OF_TAG.match(pieces[place])
        if not found or pieces[place].endswith("/>"):
            continue
        name = found[2].lower()
        if not found[1]:
            opened.append((place, name))
            continue
        if name == "br" and opened and opened[-1][1] != name:
            mended[place] = "<br/>"
            continue
        while opened and opened[-1][1] in _WITHOUT_END and opened[-1][1] != name:
            unclosed, _ = opened.pop()
            mended[unclosed] = f"{pieces[unclosed][:-1]}/>"
        if opened:
            opened.pop()
    return mended


def end_tags(pieces: list[str]) -> list[str]:
    """Give an end tag the name of its start tag if only the case differs."""
    mended, opened = list(pieces), list[str]()
    for place in range(1, len(pieces), 2):
        found = _NAME_OF_TAG.match(pieces[place])
        if not found:
            continue
        closes, name = found[1], found[2]
        if not closes and not pieces[place].endswith("/>"):
            opened.append(name)
        elif closes and opened:
            opening = opened.pop()
            if opening != name and opening.lower() == name.lower():
                mended[place] = f"</{opening}>"
    return mended


def prefixes(pieces: list[str]) -> list[str]:
    """Declare undeclared prefixes on the root element, the first piece of markup that is a tag."""
    tags = [_QUOTED.sub('""', piece) for piece in pieces[1::2] if is_tag(piece)]
    declared = {"xml", "xmlns", *_found(_DECLARED, tags)}
    undeclared = sorted(set(_found(_PREFIX, tags)) - declared)
    if not undeclared:
        return pieces
    declarations = "".join(f' xmlns:{prefix}="undeclared:{prefix}"' for prefix in undeclared)
    root = next(place for place in range(1, len(pieces), 2) if is_tag(pieces[place]))
    name = re.match(r"<[^\s/>]*", pieces[root])
    end = name.end() if name else 0
    return [*pieces[:root], pieces[root][:end] + declarations + pieces[root][end:], *pieces[root + 1 :]]


def _found(pattern: re.Pattern[str], tags: list[str]) -> Iterator[str]:
    return (prefix for tag in tags for prefix in pattern.findall(tag))
