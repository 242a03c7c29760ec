"""Find members by CallFire's names in any writing: case, prefix or namespace, as in cloud/1 (see xml/matching.py)."""

from functools import lru_cache
from typing import Any, Final

OTHER_NAMES: Final = ["element-names"]
"""The repair of an event whose postback has known fields by other names than CallFire's."""

_MARKS: Final = str.maketrans("", "", "@_-")
_ITEMS: Final = ("item", "element", "entry")
"""Names that programs give to the items of any list."""


@lru_cache(maxsize=500)
def fold(name: str) -> str:
    """Return a name without namespace, prefix, marks and case: "ns2:FromNumber" and "from_number" are alike."""
    return name.rpartition("}")[2].rpartition(":")[2].translate(_MARKS).lower()


def respell(members: dict[str, Any], names: dict[str, str]) -> tuple[dict[str, Any], bool]:
    """Return members by CallFire's names, and whether one had another name; `names` are CallFire's, by folded name.

    If a member has CallFire's name, others keep theirs.
    """
    respelled: dict[str, Any] = {}
    for written, member in members.items():
        name = names.get(fold(written), written)
        respelled[written if name in members or name in respelled else name] = member
    return respelled, respelled.keys() != members.keys()


def is_item(name: str, of: str) -> bool:
    """Return whether a name is that of a list's items: XML writers put each <record> into one element <records>."""
    folded, item = fold(name), fold(of).removesuffix("s")
    return folded in _ITEMS or folded.removesuffix("s").endswith(item)
