"""Read the JSON of API 1.1 and v2: each object by its own format."""

from functools import partial
from typing import Any

from callfire_postbacks.formats import v2
from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.trees.wrappers import Read, unwrap, wrap
from callfire_postbacks.formats.wire import WireEvent, check_count


def read(body: bytes, *, subscription: str, is_signed: bool) -> list[WireEvent]:
    """Read the events of a JSON document; none if it is not CallFire's. Whatever CallFire signed is an event.

    Raises:
        UnreadablePostbackError: The body is not one JSON document, or exceeds a limit.
    """
    tree = json_reader.parse(body)
    events = read_tree(tree, subscription=subscription)
    return v2.read({"resource": tree}) if is_signed and not events else events


def read_tree(tree: Any, *, subscription: str) -> list[WireEvent]:  # noqa: ANN401  a tree
    """Read the events in a tree, also in that of an XML document; none if it is not CallFire's."""
    events: list[WireEvent] = []
    for part in unwrap(tree, partial(_choose, subscription=subscription)):
        events += wrap(part.read(part.tree), part)
        check_count(events)
    return events


def _choose(members: dict[str, Any], subscription: str, *, is_wrapped: bool) -> Read | None:
    """Return the function that reads an object, if it is CallFire's."""
    if v2.is_known(members, is_wrapped=is_wrapped):
        return v2.read
    from callfire_postbacks.formats import api11  # noqa: PLC0415  a cold start for v2 does not load it

    is_known = api11.is_known(members, is_wrapped=is_wrapped)
    return partial(api11.read_json, subscription=subscription) if is_known else None
