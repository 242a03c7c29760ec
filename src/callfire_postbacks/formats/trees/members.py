"""The members of an object, found by CallFire's names or by the same names in another writing."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, TypeVar

from callfire_postbacks.formats.trees.names import fold

T = TypeVar("T")


class Members(dict[str, list[T]]):
    """Lists by name. A name in another case, or with a prefix, counts after CallFire's own."""

    __slots__ = ("_names_by_folded",)

    def __init__(self) -> None:
        self._names_by_folded: dict[str, list[str]] | None = None

    def find(self, names: str, *, is_list: bool = False) -> Iterator[tuple[list[T], bool]]:
        """Yield the lists of a field that are not empty, and whether their name is not one of CallFire's `names`.

        A list may have its name in the other number, singular or plural: <CallRecords> around each <CallRecord>.
        """
        if not self:
            return
        known, folded = _split(names, is_list=is_list)
        for name in known:
            if values := self.get(name):
                yield values, False
        if self._names_by_folded is None:
            self._names_by_folded = {}
            for name in self:
                self._names_by_folded.setdefault(fold(name), []).append(name)
        for key in folded:
            for name in self._names_by_folded.get(key, ()):
                if name not in known and self[name]:
                    yield self[name], True


NO_MEMBERS: Final[Members[Any]] = Members()
"""The members of every text."""


@cache
def _split(names: str, *, is_list: bool) -> tuple[list[str], list[str]]:
    """Return the names of a field, and the same folded, without doubles; for a list, also in the other number."""
    known = names.split()
    folded = list(map(fold, known))
    others = [name.removesuffix("s") if name.endswith("s") else f"{name}s" for name in folded if is_list]
    return known, list(dict.fromkeys([*folded, *others]))
