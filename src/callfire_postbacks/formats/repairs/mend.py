"""Mend a body that cannot be read: decode it, remove text around the document, and repair the rest.

Everything takes linear time. The result is still parsed as strictly as any other body.
"""

from collections.abc import Callable
from typing import Final

from callfire_postbacks.formats.repairs import characters, json_text, surroundings, tags
from callfire_postbacks.formats.repairs.decoding import decode
from callfire_postbacks.postback import Postback

Repair = Callable[[str], str]

_TEXT, _TAG, _OTHER = "text", "tag", "other"
_WORDS: Final = (_TEXT, _TAG)

REPAIRS: Final[tuple[tuple[str, Repair, tuple[str, ...]], ...]] = (
    ("declaration", surroundings.instructions, (_OTHER,)),
    ("comments", tags.comments, (_OTHER,)),
    ("control-characters", characters.control_characters, (_TEXT, _TAG, _OTHER)),
    ("angle-brackets", tags.angle_brackets, (_TEXT,)),
    ("attribute-values", tags.attribute_values, (_TAG,)),
    ("unfinished-references", characters.unfinished_references, _WORDS),
    ("surrogate-references", characters.surrogate_references, _WORDS),
    ("impossible-references", characters.impossible_references, _WORDS),
    ("html-entities", characters.html_entities, _WORDS),
    ("ampersands", characters.ampersands, _WORDS),
)
"""The name of a repair of single pieces, its function, and the kinds of pieces it applies to. CDATA, comments and
processing instructions are "other".
"""
REPAIRS_WITH_DOCTYPE: Final = (*REPAIRS[:-1], ("ampersands", characters.ampersands_but_of_entities, _WORDS))
"""The repairs if the document had a DOCTYPE: an external DTD may declare any entity, so an unknown entity stays one."""

_JSON_REPAIRS: Final[tuple[tuple[str, Repair], ...]] = (
    ("surrounding-text", json_text.drop_text_outside),
    ("control-characters", characters.control_characters),
    ("trailing-commas", json_text.drop_trailing_commas),
)


def mend(postback: Postback) -> tuple[Postback, list[str]]:
    """Return a postback whose body may be readable now, as text, and the names of the repairs made."""
    text, repairs = decode(
        postback.body, is_text=postback.is_text, content_type=postback.headers.get("content-type", "")
    )
    mended, names = (_mend_json if json_text.is_json(text) else _mend_document)(text)
    repairs += names
    names = list(dict.fromkeys(repairs)) or ["surrounding-text"]  # blank lines before UTF-16
    return postback._replace(body=mended.encode(), is_text=True, headers={}), names


def _mend_json(text: str) -> tuple[str, list[str]]:
    repairs = []
    for name, repair in _JSON_REPAIRS:
        mended = repair(text)
        if mended != text:
            repairs.append(name)
            text = mended
    return text, repairs


def _mend_document(text: str) -> tuple[str, list[str]]:
    document, repairs = surroundings.drop_prolog(text)
    pieces = tags.split(document)
    closed = tags.unclosed_tags(pieces)
    repairs += ["unclosed-tags"] * (closed != pieces)
    pieces, names = surroundings.drop_text_outside(closed)
    repairs += names
    for name, repair, kinds in REPAIRS_WITH_DOCTYPE if "doctype" in repairs else REPAIRS:
        mended = [repair(piece) if kind_of(place, piece) in kinds else piece for place, piece in enumerate(pieces)]
        if mended != pieces:
            repairs.append(name)
            pieces = mended
    for name, repair_all in (("end-tags", tags.end_tags), ("undeclared-prefixes", tags.prefixes)):
        mended = repair_all(pieces)
        if mended != pieces:
            repairs.append(name)
            pieces = mended
    return "".join(pieces), repairs


def kind_of(place: int, piece: str) -> str:
    """Return the kind of a piece, from its index and its content."""
    if place % 2 == 0 or not piece:
        return _TEXT
    return _TAG if tags.is_tag(piece) else _OTHER
