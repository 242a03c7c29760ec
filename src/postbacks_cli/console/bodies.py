"""Show the body of a postback, or an event: highlighted, with the places of repairs or of a fault."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.html import XmlLexer
from pygments.token import STANDARD_TYPES, Token

from postbacks_cli.console.repairs import Place
from postbacks_cli.console.texts import plain
from postbacks_cli.decoding import lines_of

MAX_HIGHLIGHTED: Final = 10_000
"""The longest highlighted body, in characters: Pygments takes quadratic time for many ampersands."""
AROUND: Final = 4
"""Lines that are shown before and after an error."""
_BESIDE: Final = 60
"""Characters of the error's own line that are shown before and after it."""

_Notes = tuple[tuple[int, str], ...]
"""The numbers and names of the repairs at a place."""


def body(text: str, places: Iterable[Place] = ()) -> Markup:
    """Highlight a body, XML or JSON, and mark the places of its repairs."""
    return code(text, JsonLexer() if text.lstrip().startswith(("{", "[")) else XmlLexer(), places)


def document(value: object) -> Markup:
    """Show an event's JSON."""
    return code(json.dumps(value, indent=2, ensure_ascii=False), JsonLexer())


def code(text: str, lexer: Lexer, places: Iterable[Place] = ()) -> Markup:
    """Highlight a text, and mark the places of repairs."""
    notes: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for place in places:
        for offset in range(place.start, place.end):
            notes[offset].add((place.number, place.repair))
    tokens = lexer.get_tokens_unprocessed(text) if len(text) <= MAX_HIGHLIGHTED else [(0, Token.Text, text)]
    pieces = (
        (at, Markup('<span class="hl-{}">{}</span>').format(STANDARD_TYPES.get(kind, ""), plain(piece)))
        for start, kind, value in tokens
        for at, piece in _split(value, [tuple(sorted(notes.get(start + n, ()))) for n in range(len(value))])
    )
    return Markup().join(
        _marked(Markup().join(shown for _, shown in run), at) for at, run in groupby(pieces, itemgetter(0))
    )


def _split(text: str, notes: list[_Notes]) -> Iterator[tuple[_Notes, str]]:
    """Split a text where the notes of its characters change."""
    for at, run in groupby(zip(notes, text, strict=True), itemgetter(0)):
        yield at, "".join(character for _, character in run)


def _marked(shown: Markup, notes: _Notes) -> Markup:
    if not notes:
        return shown
    numbers, names = (", ".join(str(note[part]) for note in notes) for part in (0, 1))
    mark = Markup('<mark class="repair" data-note="{}" title="Repaired: {}">{}</mark>')
    return mark.format(numbers, names, shown)


def around_fault(text: str, line: int, column: int) -> list[tuple[int, Markup, Markup, Markup]]:
    """Return the lines around an error: number, text before it, the wrong character, and text after it.

    Lines and columns count from 1. All lines except the error's own have only text before.
    """
    lines = lines_of(text)
    line = min(max(line, 1), len(lines))
    shown = []
    for number in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1):
        one = lines[number - 1]
        if number != line:
            shown.append((number, plain(one[: 2 * _BESIDE]), Markup(), Markup()))
            continue
        place = min(max(column - 1, 0), len(one))
        before = one[max(0, place - _BESIDE) : place]
        shown.append((
            number,
            plain(before),
            plain(one[place : place + 1].strip() or "␣"),
            plain(one[place + 1 :][:_BESIDE]),
        ))
    return shown
