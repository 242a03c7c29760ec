"""The members of an object, found by CallFire's names or by the same names in another writing."""

from collections.abc import ItemsView, Iterator
from functools import cache
from typing import Generic, TypeVar

from callfire_postbacks.formats.trees.names import fold

T = TypeVar("T")


class Members(Generic[T]):
    """Lists by name. A name in another case, or with a prefix, counts after CallFire's own."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[T]] = {}
        self._names_by_folded: dict[str, list[str]] | None = None

    def add(self, name: str, values: list[T]) -> None:
        """Add values to the list of a name."""
        self._by_name.setdefault(name, []).extend(values)

    def get(self, name: str) -> list[T] | None:
        """Return the list of exactly this name, if there is one."""
        return self._by_name.get(name)

    def items(self) -> ItemsView[str, list[T]]:
        """Return all names with their lists."""
        return self._by_name.items()

    def find(self, names: str) -> Iterator[tuple[list[T], bool]]:
        """Yield the lists of a field that are not empty, and whether their name is not one of CallFire's `names`."""
        if not self._by_name:
            return
        known, folded = _split(names)
        for name in known:
            if values := self._by_name.get(name):
                yield values, False
        for key in folded:
            for name in self._written(key):
                if name not in known and self._by_name[name]:
                    yield self._by_name[name], True

    def _written(self, folded: str) -> list[str]:
        if self._names_by_folded is None:
            self._names_by_folded = {}
            for name in self._by_name:
                self._names_by_folded.setdefault(fold(name), []).append(name)
        return self._names_by_folded.get(folded, [])


@cache
def _split(names: str) -> tuple[list[str], list[str]]:
    """Return the names of a field, and the same folded, without doubles."""
    known = names.split()
    return known, list(dict.fromkeys(map(fold, known)))
