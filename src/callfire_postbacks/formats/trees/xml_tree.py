"""Build the tree of an XML document, in the form of API 1.1's JSON (see tree.py)."""

from typing import Any

from callfire_postbacks.formats.trees.tree import TEXT
from callfire_postbacks.formats.xml.namespaces import without_namespace


def build_tree(canonical: list[str], *, roots: int) -> dict[str, Any]:
    """Build the tree of an XML document from its canonical content.

    Names lose CallFire's namespaces, except those of the outermost levels: `roots` is their number.
    """
    top: dict[str, Any] = {}
    open_elements: list[tuple[str, dict[str, Any]]] = [("", top)]
    tokens = iter(canonical)
    for token in tokens:
        kind, name = token[0], token[1:]
        match kind:
            case "<":
                is_root = len(open_elements) <= roots
                open_elements.append((name if is_root else without_namespace(name), {}))
            case "@":
                _add(open_elements[-1][1], f"@{without_namespace(name)}", next(tokens))
            case "#":
                _add(open_elements[-1][1], TEXT, name)
            case _:
                closed, element = open_elements.pop()
                _add(open_elements[-1][1], closed, element if element.keys() - {TEXT} else element.get(TEXT, ""))
    return top


def _add(element: dict[str, Any], name: str, member: Any) -> None:  # noqa: ANN401  a tree
    """Add a member to an object; members of the same name form a list."""
    if name not in element:
        element[name] = member
    elif isinstance(element[name], list):
        element[name].append(member)
    else:
        element[name] = [element[name], member]
