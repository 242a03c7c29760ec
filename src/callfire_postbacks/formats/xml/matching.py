"""Match the elements of a document with the names that a wire format knows.

A known element is found by its local name, whatever its namespace, prefix or case. The value of a known text is all
text within its element, one line each, whatever markup is in between; the value of any other known element is its own
text, one line each. A document with only known names and no text beside elements is returned unchanged.
"""

from collections.abc import Iterable
from typing import NamedTuple

from callfire_postbacks.formats.xml.document import Attributes, Document, Leaves


class Names(NamedTuple):
    """The paths of a wire format's elements below the root."""

    exact: frozenset[str]
    folded: dict[str, str]
    """The same paths by their lowercase local names."""
    texts: frozenset[str]
    """The paths of texts that people write, which may contain markup."""
    within_texts: tuple[str, ...]
    """The prefixes of all paths within texts, in lowercase."""
    last: frozenset[str]
    """The last names of the paths, in lowercase."""


class _Element(NamedTuple):
    path: str
    folded: str
    attributes: dict[str, str]
    words: list[str]


def known_names(*, texts: Iterable[str], others: Iterable[str]) -> Names:
    """Return the names of a wire format, from the paths of its texts and of its other elements and attributes."""
    exact = frozenset([*texts, *others])
    folded = {path.lower(): path for path in exact}
    within_texts = tuple(f"{path.lower()}/" for path in texts)
    return Names(exact, folded, frozenset(texts), within_texts, frozenset(path.rpartition("/")[2] for path in folded))


def fold(name: str) -> str:
    """Return the local name of an element, in lowercase."""
    return name.rpartition("}")[2].lower()


def match(document: Document, names: Names) -> tuple[Document, bool]:
    """Return a document with its known names, and whether one of them was written in another way."""
    known = names.exact
    if not document.is_mixed and known.issuperset(document.leaves) and known.issuperset(document.children):
        return document, False
    unknown = (document.leaves.keys() | document.children) - known
    if not document.is_mixed and not any(_may_be_known(path.lower(), names) for path in unknown):
        return document, False
    matcher = _Matcher(names)
    matcher.read(document.canonical)
    matched = document._replace(leaves=matcher.leaves, attributes=matcher.attributes, children=matcher.children)
    return matched, matcher.has_other_names


def _may_be_known(path: str, names: Names) -> bool:
    return path.rpartition("}")[2].rpartition("/")[2] in names.last or path.startswith(names.within_texts)


class _Matcher:
    """Collect the leaves of a canonical content again, by known names."""

    def __init__(self, names: Names) -> None:
        self.leaves: Leaves = {}
        self.attributes: Attributes = {}
        self.children: set[str] = set()
        self.has_other_names = False
        self._names = names
        self._open: list[_Element] = []
        self._depth_of_text = 0

    def read(self, canonical: list[str]) -> None:
        parts = iter(canonical)
        for part in parts:
            match part[0]:
                case "<":
                    self._start(part[1:])
                case "@":
                    self._attribute(part[1:], next(parts))
                case "#":  # to the open known text, or else to the last open element
                    self._open[self._depth_of_text - 1].words.append(part[1:])
                case _:
                    self._end()

    def _start(self, name: str) -> None:
        element = self._element(name)
        self._open.append(element)
        if len(self._open) == 2:  # noqa: PLR2004  the root and its child
            self.children.add(element.path)
        if not self._depth_of_text and element.path in self._names.texts:
            self._depth_of_text = len(self._open)

    def _element(self, name: str) -> _Element:
        if not self._open:
            return _Element(".", "", {}, [])
        around = self._open[-1]
        is_child = len(self._open) == 1
        folded = fold(name) if is_child else f"{around.folded}/{fold(name)}"
        path = self._names.folded.get(folded)
        if path is None:
            return _Element(name if is_child else f"{around.path}/{name}", folded, {}, [])
        self.has_other_names |= path.rpartition("/")[2] != name
        return _Element(path, folded, {}, [])

    def _attribute(self, name: str, value: str) -> None:
        element = self._open[-1]
        path = self._names.folded.get(f"{element.folded}/@{fold(name)}") or f"{element.path}/@{name}"
        element.attributes[path.rpartition("@")[2]] = value
        if value:
            self.leaves.setdefault(path, []).append(value)

    def _end(self) -> None:
        if len(self._open) == self._depth_of_text:
            self._depth_of_text = 0
        element = self._open.pop()
        if not element.words:
            return
        texts = self.leaves.setdefault(element.path, [])
        if element.path not in self._names.exact:
            texts += element.words
            return
        if element.attributes:
            self.attributes[element.path, len(texts)] = element.attributes
        texts.append("\n".join(element.words))
