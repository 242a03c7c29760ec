"""Find a format's objects in a tree: in lists, and in objects of another program around them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from callfire_events import EventData
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.trees.tree import Rest, check_paths, join
from callfire_postbacks.formats.wire import WireEvent, check_count

Read = Callable[[dict[str, Any]], list[WireEvent]]


class Part(NamedTuple):
    """A known object, the function that reads it, and the texts of the other members of the objects around it."""

    tree: dict[str, Any]
    read: Read
    around: Rest
    is_wrapped: bool


def unwrap(tree: Any, choose: Callable[..., Read | None], *, is_wrapped: bool = False) -> list[Part]:  # noqa: ANN401  a tree
    """Return the objects of a tree for which `choose` has a function; none if a list has anything else.

    Raises:
        UnreadablePostbackError: There are too many, or the paths around them are too long.
    """
    if isinstance(tree, list):
        found = [unwrap(item, choose, is_wrapped=is_wrapped) for item in tree]
        return [part for parts in found for part in parts] if all(found) else []
    if not isinstance(tree, dict):
        return []
    read = choose(tree, is_wrapped=is_wrapped)
    if read:
        return [Part(tree, read, {}, is_wrapped)]
    inner = {name: unwrap(member, choose, is_wrapped=True) for name, member in tree.items()}
    parts = [part for parts in inner.values() for part in parts]
    check_count(parts)
    around = Record({name: tree[name] for name, parts in inner.items() if not parts}).rest("envelope") if parts else {}
    joined = [part._replace(around=join(around, part.around)) for part in parts]
    for part in joined:
        check_paths(part.around)
    return joined


def wrap(events: list[WireEvent], part: Part) -> list[WireEvent]:
    """Return the events of an object with the texts around it, and with the name of the repair."""
    return [event._replace(data=_wrap(event.data, part)) for event in events] if part.is_wrapped else events


def _wrap(data: EventData, part: Part) -> EventData:
    unrecognized = join(data.unrecognized or {}, part.around)
    return replace(
        data, unrecognized=unrecognized or None, repairs=list(dict.fromkeys(["wrapper", *(data.repairs or [])]))
    )
