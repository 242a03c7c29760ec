"""Parse XML. No other module does.

A postback becomes its leaves (each text and each attribute, by the path of its element) and a digest of its canonical
content. Nothing else of the document is kept, so a hostile document costs no more than its bytes: the limits below
are checked while expat is still reading, and defusedxml stops at a DOCTYPE.
"""

import re
from hashlib import sha256
from typing import Final, Literal, NamedTuple
from xml.etree.ElementTree import ParseError  # only the exception; defusedxml does the parsing

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_DEPTH: Final = 16
MAX_ELEMENTS: Final = 2_000
MAX_NAME_LENGTH: Final = 128
"""The longest name of an element or attribute, in characters. CallFire's deepest path has 3 names of at most 17."""

MAX_PATHS_LENGTH: Final = 10_000
"""The most characters in all distinct paths together. Without it, an event could be larger than its postback."""

ID_LENGTH: Final = 32
"""Hexadecimal digits of an event's id: 128 bits of SHA-256."""

BEFORE_DOCUMENT: Final = b"\xef\xbb\xbf\t\n\r "
"""Bytes that may precede a document: those of a byte order mark and of blank lines."""

WHITE_SPACE: Final = " \t\r\n"
"""XML's definition of whitespace; a no-break space is content."""

Reason = Literal[
    "empty-body",
    "not-xml",
    "malformed-xml",
    "malformed-json",
    "forbidden-doctype",
    "unknown-encoding",
    "too-complex",
    "unknown-root",
]


_CALLFIRES: Final = r"\{https?://(?:[\w-]+\.)*callfire\.com(?:/[^}]*)?\}"
"""The namespaces of API 1.1, compiled when first needed. They are left out of paths: they would use up most of
MAX_PATHS_LENGTH.
"""


class UnreadablePostbackError(Exception):
    """The body is not a postback; `reason` says why in one word, `detail` in a sentence that is safe to send back.

    `position` is the line and column of the error, both from 1, if it has one position.
    """

    def __init__(self, reason: Reason, detail: str, *, position: tuple[int, int] | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail
        self.position = position


Leaves = dict[str, list[str]]
"""Texts and attribute values by path, in document order. Paths are below the root: "notes", "stored-data/var",
"stored-data/var/@name"; "." is the root itself.
"""

Attributes = dict[tuple[str, int], dict[str, str]]
"""Attributes of the elements that contain texts, by the text's path and its index there; absent if there are none."""


class Document(NamedTuple):
    """The parsed content of a postback."""

    root: str
    """The name of the root element."""
    leaves: Leaves
    attributes: Attributes
    digest: str
    """Becomes the event's id."""
    children: set[str]
    """The names of the root's children, empty ones included: the mere presence of an element can be significant."""
    is_mixed: bool
    """Whether an element contains both text and elements, so that its text is several leaves."""
    canonical: list[str]
    """The canonical content, from which the digest is computed."""


def is_callfires(name: str) -> bool:
    """Return whether an element's name is in one of CallFire's namespaces."""
    return name.startswith("{") and re.match(_CALLFIRES, name) is not None


def without_namespace(name: str) -> str:
    """Return a name without CallFire's namespace, and any other name unchanged."""
    return re.sub(_CALLFIRES, "", name, count=1) if name.startswith("{") else name


def parse(body: bytes, *, is_text: bool = False) -> Document:
    """Parse a postback's bytes in their declared encoding, or as UTF-8 if they have been text.

    Raises:
        UnreadablePostbackError: The body is not one well-formed XML document without a DOCTYPE and within the limits of
            this module.
    """
    text = body.lstrip(BEFORE_DOCUMENT)  # XML forbids blank lines before the declaration; accept them
    if not text:
        raise UnreadablePostbackError("empty-body", "The body is empty.")
    if text[0] != ord("<"):
        text = body  # UTF-16, or not XML
        if text[0] not in b"\xfe\xff\x00":
            raise UnreadablePostbackError(
                "not-xml", "The body begins with neither '<' nor '{': send XML or JSON, as the raw body."
            )
    collector = _Collector()
    parser = DefusedXMLParser(target=collector, encoding="utf-8" if is_text else None, forbid_dtd=True)
    # Use expat's handlers with defusedxml's guards; ElementTree's Python handlers would cost more than everything else.
    parser.parser.StartElementHandler = collector.start
    parser.parser.EndElementHandler = collector.end
    parser.parser.CharacterDataHandler = collector.data
    parser.parser.DefaultHandlerExpand = None  # only for documents with a DOCTYPE
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        line, column = position = _position(body, text, *error.position)
        what = str(error).partition(":")[0]
        detail = f"Not well-formed XML: {what}: line {line}, column {column}."
        raise UnreadablePostbackError("malformed-xml", detail, position=position) from None
    except DefusedXmlException:
        position = _position(body, text, parser.parser.CurrentLineNumber, parser.parser.CurrentColumnNumber)
        detail = "The document has a DOCTYPE or declares entities."
        raise UnreadablePostbackError("forbidden-doctype", detail, position=position) from None
    except (LookupError, ValueError):  # how expat reports unknown and multi-byte encodings
        raise UnreadablePostbackError("unknown-encoding", "The declared encoding cannot be read.") from None
    return collector.document()


def _position(body: bytes, text: bytes, line: int, column: int) -> tuple[int, int]:
    """Convert expat's line and column in the text to those in the body, both from 1: stripped bytes count too."""
    stripped = body[: len(body) - len(text)].decode(errors="replace")
    last_line = stripped.rpartition("\n")[2]
    return line + stripped.count("\n"), column + 1 + (len(last_line) if line == 1 else 0)


class _Collector:
    """Collect leaves and the canonical content from expat's callbacks.

    The canonical content is the sequence of "<name", "@attribute" "value" (sorted by name), "#text" (trimmed, empty
    ones dropped) and ">", joined by NUL, which no XML document can contain. It leaves out whitespace around texts,
    comments, processing instructions, encoding and the order of attributes. It must never change, because an event's id
    is its hash.
    """

    def __init__(self) -> None:
        self._leaves: Leaves = {}
        self._attributes: Attributes = {}
        self._canonical: list[str] = []
        self._texts: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []  # path and attributes of each open element
        self._elements = 0
        self._paths_length = 0
        self._children: set[str] = set()
        self._is_mixed = False
        self._is_namespaced = False
        self.data = self._texts.append

    def start(self, name: str, names_and_values: list[str]) -> None:
        around, canonical, texts = self._open, self._canonical, self._texts
        if texts:
            text = "".join(texts).strip(WHITE_SPACE)
            texts.clear()
            if text:
                self._is_mixed = True
                canonical.append("#" + text)
                self._add(*around[-1], text)
        known_name = name
        if "}" in name:
            name = "{" + name  # ElementTree's form, on which ids are based
            known_name = without_namespace(name) if self._is_namespaced else name
        depth = len(around)
        self._elements += 1
        if depth == MAX_DEPTH or self._elements > MAX_ELEMENTS or len(name) > MAX_NAME_LENGTH:
            raise _too_complex()
        canonical.append("<" + name)
        if depth > 1:
            path = f"{around[-1][0]}/{known_name}"
        elif depth:
            path = known_name
            self._children.add(path)
        else:
            path = "."
            self._is_namespaced = is_callfires(name)
        around.append((path, self._take(names_and_values, path) if names_and_values else {}))

    def end(self, name: str) -> None:  # noqa: ARG002  always the name opened last
        path, attributes = self._open.pop()
        texts = self._texts
        if texts:
            text = "".join(texts).strip(WHITE_SPACE)
            texts.clear()
            if text:
                self._canonical.append("#" + text)
                self._add(path, attributes, text)
        self._canonical.append(">")

    def document(self) -> Document:
        canonical = "\0".join(self._canonical)
        return Document(
            root=self._canonical[0][1:],
            leaves=self._leaves,
            attributes=self._attributes,
            digest=sha256(canonical.encode()).hexdigest()[:ID_LENGTH],
            children=self._children,
            is_mixed=self._is_mixed or "\0>\0#" in canonical,
            canonical=self._canonical,
        )

    def _take(self, names_and_values: list[str], path: str) -> dict[str, str]:
        names = ["{" + name if "}" in name else name for name in names_and_values[::2]]
        attributes = dict(sorted(zip(names, names_and_values[1::2], strict=True)))
        for name, written in attributes.items():
            if len(name) > MAX_NAME_LENGTH:
                raise _too_complex()
            value = written.strip(WHITE_SPACE)
            self._canonical += ("@" + name, value)
            if value:
                self._add(f"{path}/@{name}", {}, value)
        return attributes

    def _add(self, path: str, attributes: dict[str, str], value: str) -> None:
        leaves = self._leaves.get(path)
        if leaves is None:
            self._paths_length += len(path)
            if self._paths_length > MAX_PATHS_LENGTH:
                raise _too_complex()
            leaves = self._leaves[path] = []
        if attributes:
            self._attributes[path, len(leaves)] = attributes
        leaves.append(value)


def _too_complex() -> UnreadablePostbackError:
    return UnreadablePostbackError(
        "too-complex",
        f"The document has more than {MAX_DEPTH} levels, {MAX_ELEMENTS} elements, {MAX_NAME_LENGTH} characters in a "
        f"name or {MAX_PATHS_LENGTH} in all paths.",
    )
