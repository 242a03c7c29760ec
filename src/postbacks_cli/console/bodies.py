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

MAX_HIGHLIGHTED: Final = 65_536
"""The longest highlighted body, in characters; a longer one is shown without colours."""
AROUND: Final = 4
"""Lines that are shown before and after an error."""
_BESIDE: Final = 60
"""Characters of the error's own line that are shown before and after it."""

_FORMATTER: Final = HtmlFormatter(nowrap=True, classprefix="hl-")
_STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of control, format and surrogate characters, and of line and paragraph separators."""
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_COMMAND: Final = re.compile(r"`([^`]+)`")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def text_of(body: bytes) -> str:
    """Decode a body in its declared encoding, else as UTF-8. Undecodable bytes become U+FFFD."""
    if body.startswith((b"\xfe\xff", b"\xff\xfe")):
        return body.decode("utf-16", errors="replace")
    declared = _ENCODING.match(body)
    try:
        return body.decode(declared[1].decode() if declared else "utf-8-sig")
    except (LookupError, ValueError):
        return body.decode(errors="replace")


def body(content: bytes) -> Markup:
    """Show a body: XML and JSON indented and highlighted, anything else unchanged."""
    text = indented(content)
    return code(text, JsonLexer() if text.lstrip().startswith(("{", "[")) else XmlLexer())


def indented(content: bytes) -> str:
    """Indent XML and JSON; return anything else unchanged."""
    text = text_of(content)
    try:
        if text.lstrip().startswith(("{", "[")):
            return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        read = parseString(content.lstrip(), forbid_dtd=True)  # type: ignore[arg-type]  # bytes declare their encoding
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


def around_fault(content: bytes, line: int, column: int) -> list[tuple[int, Markup, Markup, Markup]]:
    """Return the lines around an error: number, text before it, the wrong character, and text after it.

    Lines and columns count from 1. All lines except the error's own have only text before.
    """
    lines = _LINE_END.split(text_of(content))
    line = min(max(line, 1), len(lines))
    shown = []
    for number in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1):
        text = lines[number - 1]
        if number != line:
            shown.append((number, plain(text[: 2 * _BESIDE]), Markup(), Markup()))
            continue
        place = min(max(column - 1, 0), len(text))
        before = text[max(0, place - _BESIDE) : place]
        shown.append((
            number,
            plain(before),
            plain(text[place : place + 1].strip() or "␣"),
            plain(text[place + 1 :][:_BESIDE]),
        ))
    return shown
