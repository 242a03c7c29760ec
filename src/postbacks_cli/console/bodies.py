"""Show the body of a postback, or an event: highlighted, with the places of repairs or of a fault."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.html import XmlLexer
from pygments.token import STANDARD_TYPES, Token, _TokenType

from callfire_postbacks.formats.repairs.json_text import is_json
from postbacks_cli.console.repairs import Place
from postbacks_cli.console.texts import plain
from postbacks_cli.decoding import lines_of

MAX_HIGHLIGHTED: Final = 10_000
"""The longest highlighted body, in characters: Pygments takes quadratic time for many ampersands."""
AROUND: Final = 4
"""Lines that are shown before and after an error."""
_BESIDE: Final = 60
"""Characters of the error's own line that are shown before and after it."""


def body(text: str, places: Iterable[Place] = ()) -> Markup:
    """Highlight a body, XML or JSON, and mark the places of its repairs."""
    return code(text, JsonLexer() if is_json(text) else XmlLexer(), places)


def document(value: object) -> Markup:
    """Show an event's JSON."""
    return code(json.dumps(value, indent=2, ensure_ascii=False), JsonLexer())


def code(text: str, lexer: Lexer, places: Iterable[Place] = ()) -> Markup:
    """Highlight a text, and mark the places of repairs, with the number of the repair at the end of each place."""
    repairs: dict[int, set[str]] = defaultdict(set)
    ends: dict[int, set[int]] = defaultdict(set)
    for place in places:
        ends[place.end].add(place.number)
        for offset in range(place.start, place.end):
            repairs[offset].add(place.repair)
    tokens = lexer.get_tokens_unprocessed(text) if len(text) <= MAX_HIGHLIGHTED else [(0, Token.Text, text)]
    pieces = _split(tokens, {offset: ", ".join(sorted(names)) for offset, names in repairs.items()})
    parts = []
    for names, run in groupby(pieces, itemgetter(0)):
        spans = list(run)
        shown = Markup().join(span for _, _, span in spans)
        parts.append(_marked(shown, names, ends[spans[-1][1]]) if names else shown)
    return Markup().join(parts)


def _split(
    tokens: Iterable[tuple[int, _TokenType, str]], names: Mapping[int, str]
) -> Iterator[tuple[str, int, Markup]]:
    """Split tokens where the repairs change. Yields the names of the repairs, the end, and the highlighted text."""
    span = Markup('<span class="hl-{}">{}</span>')
    for start, kind, value in tokens:
        for repaired, run in groupby(enumerate(value, start), lambda at: names.get(at[0], "")):
            offsets, characters = zip(*run, strict=True)
            yield repaired, offsets[-1] + 1, span.format(STANDARD_TYPES.get(kind, ""), plain("".join(characters)))


def _marked(shown: Markup, names: str, numbers: Iterable[int]) -> Markup:
    mark = Markup('<mark class="repair" data-note="{}" title="Repaired: {}">{}</mark>')
    return mark.format(", ".join(map(str, sorted(numbers))), names, shown)


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
