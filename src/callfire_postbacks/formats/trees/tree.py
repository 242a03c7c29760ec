"""Trees: a text, a list of trees, or an object of trees by name, as in JSON.

An XML element with attributes or child elements is an object too: attributes are named "@name", and its text "value",
as in API 1.1's JSON.
"""

import json
from hashlib import sha256
from typing import Any, Final

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import ID_LENGTH, MAX_PATHS_LENGTH

Rest = dict[str, list[str]]
"""Texts without a field, by path."""

TEXT: Final = "value"
"""The name of an element's text beside its attributes."""


def check_paths(rest: Rest) -> None:
    """Check the length of all paths together, so that an event cannot be much larger than its postback.

    Raises:
        UnreadablePostbackError: They are too long.
    """
    if sum(map(len, rest)) > MAX_PATHS_LENGTH:
        raise UnreadablePostbackError(
            "too-complex", f"The paths of unrecognized fields have more than {MAX_PATHS_LENGTH} characters."
        )


def join(*rests: Rest) -> Rest:
    """Join texts by path: those of the same path in order."""
    joined: Rest = {}
    for rest in rests:
        for path, texts in rest.items():
            joined[path] = [*joined[path], *texts] if path in joined else texts
    return joined


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
