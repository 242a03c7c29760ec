"""Convert a tree of texts to typed fields without losing any: texts that are not taken are the record's rest.

A tree is a text, a list of trees, or an object of trees by name, as in JSON. An XML element with attributes or child
elements is an object too: attributes are named "@name", and its text "value", as in API 1.1's JSON.
"""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, Final, TypeVar

from callfire_postbacks.formats.collector import ID_LENGTH, MAX_PATHS_LENGTH
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.values import label

T = TypeVar("T")

TEXT: Final = "value"
"""The name of an element's text beside its attributes."""


class Record:
    """A node of a tree: a text, or lists of members by name. A single member equals a list of one.

    A text is taken at most once. A field may have a different name in each generation of CallFire's API, so `names` are
    separated by spaces.
    """

    def __init__(self, tree: Any) -> None:  # noqa: ANN401  a tree
        self._text: str = tree if isinstance(tree, str) else ""
        members = tree.items() if isinstance(tree, dict) else ()
        self._members = {name: _records(member) for name, member in members}

    def take(self, names: str, typed: Callable[[str], T | None]) -> T | None:
        """Take the last text of a field if `typed` accepts it. Other texts stay in the rest."""
        for records in self._named(names):
            found = records[-1]._take_text(typed, TEXT)  # noqa: SLF001  another of this class
            if found is not None:
                return found
        return None

    def take_all(self, names: str, *inner: str) -> list[str]:
        """Take all texts of a field in order; from an object, take the text of its member with an inner name."""
        taken = (record._take_text(str, TEXT, *inner) for record in self.records(names))  # noqa: SLF001  as above
        return [text for text in taken if text]

    def take_map(self, names: str) -> dict[str, str]:
        """Take the texts of a record's members, by name."""
        taken: dict[str, str | None] = {}
        for record in self.records(names):
            for name, members in record._members.items():  # noqa: SLF001  as above
                if label(name):
                    taken[name] = members[-1]._take_text(str)  # noqa: SLF001  as above
        return {name: text for name, text in taken.items() if text}

    def peek(self, names: str) -> str | None:
        """Return the last text of a field without taking it."""
        return next((records[-1]._text for records in self._named(names) if records[-1]._text), None)  # noqa: SLF001

    def drop(self, names: str, text: str | None) -> None:
        """Drop a field that repeats another field."""
        self.take(names, lambda written: written if written == text else None)

    def records(self, names: str) -> list["Record"]:
        """Return the records of a field."""
        return [record for records in self._named(names) for record in records]

    def rest(self, prefix: str = "") -> dict[str, list[str]]:
        """Return the texts that were not taken, by path.

        Raises:
            UnreadablePostbackError: The paths together are too long.
        """
        rest: dict[str, list[str]] = {}
        for path, text in self._left(prefix):
            rest.setdefault(path, []).append(text)
        if sum(map(len, rest)) > MAX_PATHS_LENGTH:
            raise UnreadablePostbackError(
                "too-complex", f"The paths of unrecognized fields have more than {MAX_PATHS_LENGTH} characters."
            )
        return rest

    def _named(self, names: str) -> Iterator[list["Record"]]:
        return (self._members[name] for name in names.split() if self._members.get(name))

    def _take_text(self, typed: Callable[[str], T | None], *inner: str) -> T | None:
        """Take this record's own text, or else that of its first member with an inner name."""
        if self._text:
            found = typed(self._text)
            if found is not None:
                self._text = ""
            return found
        return self.take(" ".join(inner), typed) if inner else None

    def _left(self, path: str) -> Iterator[tuple[str, str]]:
        if self._text:
            yield path, self._text
        for name, records in self._members.items():
            for record in records:
                yield from record._left(f"{path}/{name}" if path else name)  # noqa: SLF001  as above


def digest(*parts: Any) -> str:  # noqa: ANN401  trees
    """Return the event id for these trees. It must never change.

    It is the hash of their JSON, compact and with sorted names, so neither whitespace nor the order of names matters.
    """
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:ID_LENGTH]


def pruned(tree: Any) -> Any:  # noqa: ANN401  a tree
    """Return a tree without its empty members."""
    if isinstance(tree, dict):
        members = {name: pruned(member) for name, member in tree.items()}
        return {name: member for name, member in members.items() if member}
    return [item for item in map(pruned, tree) if item] if isinstance(tree, list) else tree


def _records(tree: Any) -> list[Record]:  # noqa: ANN401  a tree
    return [record for item in tree for record in _records(item)] if isinstance(tree, list) else [Record(tree)]
