"""Convert a tree of texts to typed fields without losing any: texts that are not taken are the record's rest."""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from callfire_postbacks.formats.trees.members import NO_MEMBERS, Members
from callfire_postbacks.formats.trees.names import is_item
from callfire_postbacks.formats.trees.tree import TEXT, Rest, check_paths
from callfire_postbacks.formats.values.typed import label

T = TypeVar("T")

_OTHER_TEXTS: Final = ("#text", "_text", "$t", "$", "_", "content")
"""TEXT, as programs name it that convert XML to JSON."""
_ATTRIBUTES: Final = ("$", "@attributes", "_attributes")
"""The names of an object with all attributes of an element, in the JSON of such programs."""


class Record:
    """A node of a tree: a text, or lists of members by name. A single member equals a list of one.

    A text is taken at most once. A field may have a different name in each generation of CallFire's API, so `names` are
    separated by spaces.
    """

    def __init__(self, tree: Any, *, root: "Record | None" = None) -> None:  # noqa: ANN401  a tree
        self._root = root or self
        self._has_other_names = False
        self._text: str = tree if isinstance(tree, str) else ""
        self._members: Members[Record] = NO_MEMBERS
        if isinstance(tree, dict):
            self._members = Members()
            self._add(tree)

    @property
    def has_other_names(self) -> bool:
        """Whether a field was found by another name than CallFire's, here or in a record within."""
        return self._has_other_names

    def take(self, names: str, typed: Callable[[str], T | None]) -> T | None:
        """Take the last text of a field if `typed` accepts it. Other texts stay in the rest."""
        for records, is_other in self._members.find(names):
            found = records[-1]._take_text(typed, TEXT)  # noqa: SLF001  another of this class
            if found is not None:
                self._note(is_other=is_other)
                return found
        return None

    def take_all(self, names: str, *inner: str) -> list[str]:
        """Take all texts of a field in order; from an object, take the text of its member with an inner name."""
        taken = (record._take_text(str, TEXT, *inner) for record in self.records(names))  # noqa: SLF001  as above
        return [text for text in taken if text]

    def take_map(self, names: str) -> dict[str, str]:
        """Take the texts of a record's members, by name; of several records, the last one with a name."""
        taken: dict[str, str] = {}
        for record in reversed(self._find(names)):
            for name, members in record._members.items():  # noqa: SLF001  as above
                if not members or not label(name) or name in taken:
                    continue
                text = members[-1]._take_text(str)  # noqa: SLF001  as above
                if text:
                    taken[name] = text
        return taken

    def peek(self, names: str) -> str | None:
        """Return the last text of a field without taking it."""
        texts = (records[-1]._peek_text() for records, _ in self._members.find(names))  # noqa: SLF001  as above
        return next(filter(None, texts), None)

    def drop(self, names: str, text: str | None) -> None:
        """Drop a field that repeats another field."""
        self.take(names, lambda written: written if written == text else None)

    def records(self, names: str) -> list["Record"]:
        """Return the records of a field, also those that are within one element for the whole list."""
        return [item for record in self._find(names) for item in record._items(names)]  # noqa: SLF001  as above

    def rest(self, prefix: str = "") -> Rest:
        """Return the texts that were not taken, by path.

        Raises:
            UnreadablePostbackError: The paths together are too long.
        """
        rest: Rest = {}
        for path, text in self._left(prefix):
            rest.setdefault(path, []).append(text)
        check_paths(rest)
        return rest

    def _add(self, members: dict[str, Any], mark: str = "") -> None:
        for name, member in members.items():
            if name in _ATTRIBUTES and isinstance(member, dict):
                self._note(is_other=True)
                self._add(member, "@")
            else:
                self._members.setdefault(mark + name, []).extend(self._read(member))

    def _read(self, tree: Any) -> list["Record"]:  # noqa: ANN401  a tree
        if isinstance(tree, list):
            return [record for item in tree for record in self._read(item)]
        return [Record(tree, root=self._root)]

    def _find(self, names: str) -> list["Record"]:
        found: list[Record] = []
        for records, is_other in self._members.find(names, is_list=True):
            self._note(is_other=is_other)
            found += records
        return found

    def _items(self, names: str) -> list["Record"]:
        """Return the items within this record if it is one element for a whole list, or else the record itself."""
        members = list(self._members.items())
        if len(members) == 1:
            [(name, items)] = members
            if any(is_item(name, of) for of in names.split()):
                self._note(is_other=True)
                return items
        return [self]

    def _note(self, *, is_other: bool) -> None:
        self._root._has_other_names |= is_other  # noqa: SLF001  as above

    def _peek_text(self) -> str | None:
        inner = map(self._members.get, (TEXT, *_OTHER_TEXTS))
        return self._text or next((records[-1]._text for records in inner if records), None)  # noqa: SLF001  as above

    def _take_text(self, typed: Callable[[str], T | None], *inner: str) -> T | None:
        """Take this record's own text, or else that of its first member with an inner name."""
        if self._text:
            found = typed(self._text)
            if found is not None:
                self._text = ""
            return found
        found = self.take(" ".join(inner), typed)
        for name in _OTHER_TEXTS if inner else ():
            records = self._members.get(name)
            if found is None and records:
                found = records[-1]._take_text(typed)  # noqa: SLF001  as above
                self._note(is_other=found is not None)
        return found

    def _left(self, path: str) -> Iterator[tuple[str, str]]:
        if self._text:
            yield path, self._text
        for name, records in self._members.items():
            for record in records:
                yield from record._left(f"{path}/{name}" if path else name)  # noqa: SLF001  as above
