"""Collect the content of an XML document while it is parsed, and check its limits, so that hostile ones end early."""

from hashlib import sha256
from typing import Final

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.document import WHITESPACE, Attributes, Document, Leaves
from callfire_postbacks.formats.xml.namespaces import is_callfires, without_namespace

MAX_DEPTH: Final = 16
MAX_ELEMENTS: Final = 2_000
MAX_NAME_LENGTH: Final = 128
"""The longest name of an element or attribute, in characters. CallFire's deepest path has 3 names of at most 17."""

MAX_PATHS_LENGTH: Final = 10_000
"""The most characters in all distinct paths together. Without it, an event could be larger than its postback."""

ID_LENGTH: Final = 32
"""Hexadecimal digits of an event's id: 128 bits of SHA-256."""


class Collector:
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
        """Begin an element. Raises UnreadablePostbackError if it goes beyond a limit."""
        around, canonical, texts = self._open, self._canonical, self._texts
        if texts:
            text = "".join(texts).strip(WHITESPACE)
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
        """End the element that began last."""
        path, attributes = self._open.pop()
        texts = self._texts
        if texts:
            text = "".join(texts).strip(WHITESPACE)
            texts.clear()
            if text:
                self._canonical.append("#" + text)
                self._add(path, attributes, text)
        self._canonical.append(">")

    def document(self) -> Document:
        """Return the content of the document, once its root element has ended."""
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
            value = written.strip(WHITESPACE)
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
