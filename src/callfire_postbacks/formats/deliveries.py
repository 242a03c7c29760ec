"""The members of a v2 delivery and of its events: the fields around its resources.

Each is read once: an envelope may be large, and it belongs to up to 250 events.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple

from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.trees.names import fold, is_item
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.trees.tree import Rest, join
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.values.scalars import read_time
from callfire_postbacks.formats.values.typed import label, text

_OF_DELIVERY: Final[dict[str, Callable[[str], Any]]] = {"timestamp": read_time, "webhookId": label, "webhookName": text}
"""Fields that describe the delivery: the same event through two webhooks is one event."""
FIELDS: Final = _OF_DELIVERY | {"resourceType": label, "eventType": label}

NAMES: Final = {fold(name): name for name in ("events", "resource", *FIELDS)}
"""CallFire's names, by their folded names."""


class Member(NamedTuple):
    """A member of an event or of its envelope."""

    tree: Any
    value: Any
    """The value of a known field."""
    rest: Rest
    """The other texts."""
    texts: Rest
    """All texts."""


ABSENT: Final = Member(None, None, {}, {})


def read_members(members: dict[str, Any]) -> dict[str, Member]:
    """Read the members of an event or of its envelope, except its resource or events.

    Raises:
        UnreadablePostbackError: The paths of a member are too long.
    """
    read = {}
    for name, tree in members.items():
        record = Record({name: tree})
        rest = texts = record.rest("envelope")
        value = record.take(name, FIELDS[name]) if name in FIELDS else None
        if value is not None:
            rest = {} if isinstance(tree, str) else record.rest("envelope")
        read[name] = Member(tree, value, rest, texts)
    return read


def merge(envelope: dict[str, Member], event: dict[str, Member]) -> dict[str, Member]:
    """Return the members of an event and of its envelope. If both have one, the event's value counts.

    The envelope's texts are kept, unless they describe the delivery.
    """
    merged = envelope | event
    for name in envelope.keys() & event.keys() - _OF_DELIVERY.keys():
        outer, inner = envelope[name], event[name]
        if outer.tree != inner.tree:
            merged[name] = inner._replace(rest=join(outer.texts, inner.rest))
    return merged


def take_events(delivery: dict[str, Any]) -> tuple[list[Any], list[str]]:
    """Remove the events of a delivery, and return them and the repairs of their form."""
    events, repairs = unquote(delivery.pop("events", None))
    while isinstance(events, dict) and len(events) == 1:
        [(name, inner)] = events.items()
        if not is_item(name, "events"):
            break
        events, repairs = inner, [*repairs, "wrapper"]
    return flatten(events), repairs


def unquote(tree: Any) -> tuple[Any, list[str]]:  # noqa: ANN401  a tree
    """Return the tree of a text that is JSON itself, and the repair; any other tree is returned unchanged."""
    if isinstance(tree, str) and tree.startswith(("{", "[")):
        with suppress(UnreadablePostbackError):
            return json_reader.parse(tree.encode()), ["json-member"]
    return tree, []


def flatten(tree: Any) -> list[Any]:  # noqa: ANN401  a tree
    """Return the items of a list and of the lists in it; another tree is the only item, and an empty text is none."""
    if isinstance(tree, list):
        return [item for inner in tree for item in flatten(inner)]
    return [tree] if tree or isinstance(tree, dict) else []
