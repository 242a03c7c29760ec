"""Read the JSON of API 1.1 and v2: each object by its own format."""

from typing import Any

from callfire_postbacks.formats import v2
from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.trees.wrappers import Part, unwrap, wrap
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
    for part in unwrap(tree, _is_known):
        events += wrap(_read(part, subscription), part)
        check_count(events)
    return events


def _is_known(members: dict[str, Any], *, is_wrapped: bool) -> bool:
    if v2.is_known(members, is_wrapped=is_wrapped):
        return True
    from callfire_postbacks.formats import api11  # noqa: PLC0415  a cold start for v2 does not load it

    return api11.is_known(members, is_wrapped=is_wrapped)


def _read(part: Part, subscription: str) -> list[WireEvent]:
    if v2.is_known(part.tree, is_wrapped=part.is_wrapped):
        return v2.read(part.tree)
    from callfire_postbacks.formats import api11  # noqa: PLC0415  as above

    return api11.read_json(part.tree, subscription=subscription)
