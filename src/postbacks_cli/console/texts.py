"""Show untrusted text on a page: escaped, and without characters that affect the page."""

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

_STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of control, format and surrogate characters, and of line and paragraph separators."""
_COMMAND: Final = re.compile(r"`([^`]+)`")


def plain(text: object) -> Markup:
    """Show untrusted text within a sentence or a cell.

    Invisible or misleading characters are marked: control and format characters, and undecodable bytes.
    """
    return Markup("".join(_marked(character) for character in escape(text)))  # noqa: S704  escaped


def _marked(character: str) -> str:
    if character == "\ufffd":
        return '<mark class="repair" title="These bytes are not text in the encoding of the body">\ufffd</mark>'
    if character in "\n\t" or unicodedata.category(character) not in _STEERING:
        return character
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return f'<mark class="repair" title="The character {name}">{character.encode("unicode_escape").decode()}</mark>'


def commands(sentence: str) -> Markup:
    """Show a sentence that has commands between backticks."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(plain(sentence))))  # noqa: S704  the sentence is escaped
