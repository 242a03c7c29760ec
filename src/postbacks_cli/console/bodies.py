"""Show a postback's body or an event on a page: indented, highlighted, and without characters that affect the page."""

import json
import re
import unicodedata
from typing import Final
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.minidom import parseString
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.html import XmlLexer

from postbacks_cli.decoding import lines_of

MAX_HIGHLIGHTED: Final = 65_536
"""The longest highlighted body, in characters; a longer one is shown without colours."""
AROUND: Final = 4
"""Lines that are shown before and after an error."""
_BESIDE: Final = 60
"""Characters of the error's own line that are shown before and after it."""

_FORMATTER: Final = HtmlFormatter(nowrap=True, classprefix="hl-")
_STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of control, format and surrogate characters, and of line and paragraph separators."""
_BEFORE_DOCUMENT: Final = "\ufeff\t\n\r "
"""A byte order mark and whitespace, which may precede a document."""
_COMMAND: Final = re.compile(r"`([^`]+)`")


def body(text: str) -> Markup:
    """Show a body: XML and JSON indented and highlighted, anything else unchanged."""
    shown = indented(text)
    return code(shown, JsonLexer() if shown.lstrip().startswith(("{", "[")) else XmlLexer())


def indented(text: str) -> str:
    """Indent XML and JSON; return anything else unchanged."""
    document = text.lstrip(_BEFORE_DOCUMENT)
    try:
        if document.startswith(("{", "[")):
            return json.dumps(json.loads(document), indent=2, ensure_ascii=False)
        read = parseString(document, forbid_dtd=True)
    except (ExpatError, DefusedXmlException, ValueError, LookupError, RecursionError):
        return text
    return "\n".join(line for line in read.toprettyxml(indent="  ").splitlines() if line.strip())


def document(value: object) -> Markup:
    """Show an event's JSON."""
    return code(json.dumps(value, indent=2, ensure_ascii=False), JsonLexer())


def code(text: str, lexer: Lexer) -> Markup:
    """Highlight a text; the formatter escapes it."""
    if len(text) > MAX_HIGHLIGHTED:
        return visible(escape(text))
    return visible(Markup(highlight(text, lexer, _FORMATTER)))  # noqa: S704  Pygments escapes what it formats


def visible(shown: Markup) -> Markup:
    """Mark invisible or misleading characters: control and format characters, and undecodable bytes."""
    return Markup("".join(_marked(character) for character in shown))  # noqa: S704  the rest is escaped already


def _marked(character: str) -> str:
    if character == "\ufffd":
        return '<mark class="repair" title="These bytes are no text in the encoding of the body">\ufffd</mark>'
    if character in "\n\t" or unicodedata.category(character) not in _STEERING:
        return character
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return f'<mark class="repair" title="The character {name}">{character.encode("unicode_escape").decode()}</mark>'


def plain(text: object) -> Markup:
    """Show untrusted text within a sentence or a cell."""
    return visible(escape(text))


def commands(sentence: str) -> Markup:
    """Show a sentence that has commands between backticks."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(plain(sentence))))  # noqa: S704  the sentence is escaped


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
