"""Parse JSON: a postback becomes a tree of texts, within limits like those for XML. No other module parses JSON.

Every scalar becomes its text. A number keeps its digits, so that an id of 19 digits stays exact; a boolean becomes
"true" or "false"; a null is left out. Texts are trimmed, as in XML.
"""

import json
import re
from typing import Any, Final

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import MAX_DEPTH
from callfire_postbacks.formats.xml.document import BEFORE_DOCUMENT, WHITESPACE

MAX_ELEMENTS: Final = 10_000
"""The most objects, lists and values together. A broadcast of 64 KiB with its recipients has about 5,000."""
MAX_NAME_LENGTH: Final = 1_000
"""The longest name, in characters. Customers name the properties of their contacts."""
MAX_NUMBER_LENGTH: Final = 64

# An event needs six bytes for a control character of one byte, except for \t, \n and \r.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Lone surrogates and two noncharacters: JSON can write them, but UTF-8, SNS or SQS cannot carry them.
_IMPOSSIBLE: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def parse(body: bytes) -> Any:  # noqa: ANN401  a tree: texts, lists and objects
    """Parse the bytes of a postback.

    Raises:
        UnreadablePostbackError: The body is not one JSON document, or exceeds a limit of this module.
    """
    document = body.lstrip(BEFORE_DOCUMENT)
    before = body[: len(body) - len(document)].decode(errors="replace")
    encoding = json.detect_encoding(document)
    try:
        text = document.decode(encoding)
        control = _CONTROLS.search(text)
        if control:
            position = _after(before + text[: control.start()])
            raise _malformed("Not JSON: a control character is not escaped.", position)
        parsed = json.loads(
            text,
            strict=False,  # accept an unescaped line break in a text: it is harmless
            object_pairs_hook=_object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        line, column = position = _after(before + error.doc[: error.pos])
        raise _malformed(f"Not JSON: {error.msg}: line {line}, column {column}.", position) from None
    except UnicodeDecodeError as error:
        position = _after(before + document[: error.start].decode(encoding))
        raise _malformed("Not JSON: the bytes are not UTF-8.", position) from None
    except RecursionError:
        raise _too_complex() from None
    return _Tree().of(parsed, depth=1)


class _Tree:
    """Build a tree from parsed JSON, and count its elements."""

    def __init__(self) -> None:
        self._elements = 0

    def of(self, value: Any, *, depth: int) -> Any:  # noqa: ANN401  JSON
        self._elements += 1
        if depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise _too_complex()
        match value:
            case dict():
                return {
                    _possible(name): self.of(item, depth=depth + 1) for name, item in value.items() if item is not None
                }
            case list():
                return [self.of(item, depth=depth + 1) for item in value if item is not None]
            case bool():
                return "true" if value else "false"
        return _possible(value or "").strip(WHITESPACE)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _malformed("An object has two members with the same name.")
    if any(len(name) > MAX_NAME_LENGTH for name in members):
        raise _too_complex()
    return members


def _number(written: str) -> str:
    if len(written) > MAX_NUMBER_LENGTH:
        raise _too_complex()
    return written


def _refuse_constant(_: str) -> None:
    raise _malformed("Not JSON: NaN and Infinity are not numbers.")


def _possible(text: str) -> str:
    if _IMPOSSIBLE.search(text):
        raise _malformed("A text has half of a surrogate pair, or a character that Unicode does not have.")
    return text


def _after(text: str) -> tuple[int, int]:
    """Return line and column of the character that follows a text, both from 1."""
    return text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1


def _malformed(detail: str, position: tuple[int, int] | None = None) -> UnreadablePostbackError:
    return UnreadablePostbackError("malformed-json", detail, position=position)


def _too_complex() -> UnreadablePostbackError:
    return UnreadablePostbackError(
        "too-complex",
        f"The document has more than {MAX_DEPTH} levels, {MAX_ELEMENTS} elements, {MAX_NAME_LENGTH} characters in a "
        f"name or {MAX_NUMBER_LENGTH} in a number.",
    )
