"""Take the fields of a document without losing any: values of an unexpected form stay unrecognized."""

from collections.abc import Callable
from typing import TypeVar

from callfire_postbacks.formats.values.typed import label
from callfire_postbacks.formats.xml.document import WHITESPACE, Document

T = TypeVar("T")


class Fields:
    """The leaves of one document. Each is taken at most once; `rest` returns the others."""

    def __init__(self, document: Document) -> None:
        self._leaves = document.leaves
        self._attributes = document.attributes
        self._children = document.children

    def has(self, name: str) -> bool:
        """Return whether the root has a child of this name, even an empty one."""
        return name in self._children

    def take(self, path: str, typed: Callable[[str], T | None]) -> T | None:
        """Take the last value at a path if `typed` accepts it. Other values stay in the rest."""
        leaves = self._leaves.pop(path, None)
        if leaves is None:
            return None
        last = leaves.pop()
        value = typed(last)
        if value is None:
            leaves.append(last)
        if leaves:
            self._leaves[path] = leaves
        return value

    def take_all(self, path: str) -> list[str] | None:
        """Take all values at a path, in order."""
        return self._leaves.pop(path, None)

    def take_named(self, path: str) -> dict[str, str] | None:
        """Take all values at a path by their elements' `name`.

        Earlier values of a name, and nameless ones, stay in the rest.
        """
        values = self._leaves.pop(path, None)
        if values is None:
            return None
        named: dict[str, str] = {}
        nameless = []
        for place, value in enumerate(values):
            name = label(self._attributes.get((path, place), {}).get("name", "").strip(WHITESPACE))
            if name is None:
                nameless.append(value)
                continue
            if name in named:
                self._leaves.setdefault(f'{path}[@name="{name}"]', []).append(named[name])
            named[name] = value
        if nameless:
            self._leaves[path] = nameless
        names = [name for name in self._leaves.pop(f"{path}/@name", ()) if name not in named]
        if names:
            self._leaves[f"{path}/@name"] = names
        return named or None

    def rest(self) -> dict[str, list[str]] | None:
        """Return the values that were not taken, by path."""
        return self._leaves or None
