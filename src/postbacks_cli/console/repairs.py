"""The places of repairs in a postback's body, and the repairs in words.

The pipeline's own repairs decide: a place is a piece of the body that a repair changes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from callfire_postbacks.formats import cloud1
from callfire_postbacks.formats.repairs import json_text, surroundings, tags
from callfire_postbacks.formats.repairs.mend import REPAIRS, REPAIRS_WITH_DOCTYPE, kind_of

WORDS: Final = {
    "compression": "the body was compressed",
    "multipart": "the document was part of a multipart body",
    "json-string": "the document was a JSON string",
    "json-member": "the document was a text within JSON",
    "element-text": "the document was the text of an element",
    "wrapper": "the postback was within another object or element",
    "form-field": "the document was in a field of a form",
    "escaped": "the markup of the document was escaped",
    "base64": "the document was in base64",
    "json-sequence": "the body has several JSON documents in a row",
    "encoding-name": "XML parsers do not know the name of the declared encoding",
    "wrong-encoding": "the bytes are not in the declared encoding",
    "undecodable-bytes": "some bytes are in no encoding, so their characters are lost",
    "declaration": "an XML declaration is broken, repeated or not at the beginning",
    "doctype": "the DOCTYPE is ignored",
    "comments": "a comment that XML does not allow is ignored",
    "surrounding-text": "text around the document is ignored",
    "element-names": "CallFire's names are in another case or namespace",
    "end-tags": "an end tag is in another case than its start tag",
    "unclosed-tags": "an element of HTML has no end tag",
    "undeclared-prefixes": "a prefix has no namespace; the root element declares it",
    "attribute-values": "the value of an attribute has no quotation marks, or typographic ones",
    "angle-brackets": "an angle bracket begins no tag",
    "ampersands": "an ampersand stands for itself",
    "html-entities": "XML does not have this entity of HTML",
    "unfinished-references": "the semicolon of a reference is missing",
    "surrogate-references": "a character is written as two references",
    "impossible-references": "XML does not allow the character of this reference",
    "control-characters": "XML does not allow this character",
    "trailing-commas": "no item follows this comma",
}
"""The repaired faults, by the name of the repair."""

_WHOLE: Final[tuple[tuple[str, Callable[[list[str]], list[str]]], ...]] = (
    ("unclosed-tags", tags.unclosed_tags),
    ("surrounding-text", lambda pieces: surroundings.drop_text_outside(list(pieces))[0]),
    ("end-tags", tags.end_tags),
    ("undeclared-prefixes", tags.prefixes),
)
"""The repairs that need all pieces of a document. None of them changes the number of pieces."""

_MAY_CHANGE: Final = re.compile(r"(?:&#\w+;)+|&#?\w*[;=]?|<|\]\]>|[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""All that a repair may change within a piece without changing the whole piece."""
_ENCODING: Final = re.compile(r"""<\?xml[^<>]{0,200}?\s(encoding\s*=\s*["']?[\w\s.:-]*["']?)""", re.IGNORECASE)
_UNKNOWN_CHARACTER: Final = re.compile("\ufffd")
_NAME: Final = re.compile(r"</?([^\s/>]+)")
_CALLFIRES: Final = {
    "call-finished",
    "campaign-finished",
    *(path.rpartition("/")[2] for path in (*cloud1.CALL_FINISHED.exact, *cloud1.CAMPAIGN_FINISHED.exact)),
}
_IN_LOWERCASE: Final = {name.lower() for name in _CALLFIRES}


_Change = tuple[int, int, str]
"""Start and end of a place, and the name of the repair."""


class Place(NamedTuple):
    """A place in a text that a repair changed."""

    start: int
    end: int
    repair: str
    number: int
    """The repair's place in the list of all repairs of the postback, from 1."""


def find_places(text: str, repairs: Sequence[str]) -> list[Place]:
    """Return the places of these repairs in the text of a document. They may overlap."""
    numbers = {repair: number for number, repair in enumerate(repairs, 1)}
    return [Place(start, end, name, numbers[name]) for start, end, name in _places(text, repairs) if name in numbers]


def _places(text: str, repairs: Sequence[str]) -> Iterator[_Change]:
    for found in _UNKNOWN_CHARACTER.finditer(text):
        yield (*found.span(), "undecodable-bytes")
        yield (*found.span(), "wrong-encoding")
    if json_text.is_json(text):
        yield from _in_json(text, repairs)
        return
    if encoding := _ENCODING.search(text):
        yield (*encoding.span(1), "encoding-name")
        yield (*encoding.span(1), "wrong-encoding")
    parts, root = surroundings.read_prolog(text)
    for start, end, kind in parts:
        yield (start, end, kind)
        if kind == "kept":
            yield from _within(text[start:end], "other", start, repairs)
    yield from _in_document(text[root:], root, repairs)


def _in_json(text: str, repairs: Sequence[str]) -> Iterator[_Change]:
    start, end = json_text.find_document(text)
    yield from ((*place, "surrounding-text") for place in ((0, start), (end, len(text))) if text[slice(*place)])
    yield from ((*place, "trailing-commas") for place in json_text.find_trailing_commas(text))
    yield from _within(text, "text", 0, repairs)


def _in_document(document: str, start: int, repairs: Sequence[str]) -> Iterator[_Change]:
    pieces = tags.split(document)
    starts = list(accumulate(map(len, pieces), initial=start))
    for index, piece in enumerate(pieces):
        kind = kind_of(index, piece)
        yield from _within(piece, kind, starts[index], repairs)
        found = _NAME.match(piece) if kind == "tag" else None
        if found and found[1] not in _CALLFIRES and found[1].rpartition(":")[2].lower() in _IN_LOWERCASE:
            yield (starts[index] + found.start(1), starts[index] + found.end(1), "element-names")
    for name, repair in _WHOLE:
        mended = repair(pieces)
        for index, (piece, changed) in enumerate(zip(pieces, mended, strict=True)):
            if piece != changed:
                yield (starts[index], starts[index + 1], name)
        pieces = mended


def _within(piece: str, kind: str, start: int, repairs: Sequence[str]) -> Iterator[_Change]:
    """Yield the places within a piece; if a repair changes no smaller place, the whole piece is one."""
    parts = [(found.span(), found[0]) for found in _MAY_CHANGE.finditer(piece)]
    whole = (0, len(piece))
    for name, repair, kinds in REPAIRS_WITH_DOCTYPE if "doctype" in repairs else REPAIRS:
        mended = repair(piece) if kind in kinds else piece
        if mended == piece:
            continue
        piece = mended
        repaired = [(span, repair(part)) for span, part in parts]
        changed = [span for (span, part), (_, now) in zip(parts, repaired, strict=True) if part != now]
        for first, last in changed or [whole]:
            yield (start + first, start + last, name)
        parts = repaired
