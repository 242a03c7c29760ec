"""Find API 1.1's notifications in a tree, by the names of their roots and of the resources in them.

The namespace is CallFire's, or the root has none, or the resource has fields that tell it.
"""

from typing import Any, Final

from callfire_postbacks.formats.trees.names import fold
from callfire_postbacks.formats.trees.tree import TEXT
from callfire_postbacks.formats.xml.namespaces import is_callfires, without_namespace

RESOURCES: Final = ("Call", "Text", "Broadcast")
ROOT_NAMES: Final = {
    fold(name): name
    for name in (
        "CallFinished",
        "TextNotification",
        "TextReceived",
        "TextSent",
        "BroadcastNotification",
        "BroadcastStarted",
        "BroadcastStopped",
        "BroadcastFinished",
    )
}
"""CallFire's names of roots, by their folded names."""
MEMBER_NAMES: Final = {fold(name): name for name in (*RESOURCES, "SubscriptionId")}

_RESOURCE_NAMES: Final = set(map(fold, RESOURCES))
_TELLING: Final = {
    *("id", "fromnumber", "tonumber", "state", "inbound", "finalresult", "message", "callrecord", "textrecord"),
    *("broadcastid", "batchid", "contactid", "created", "modified", "status", "lastmodified"),
}
"""Folded names of fields: an object with one of them is a resource, whatever is around it."""


def find_notifications(members: dict[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], dict[str, Any]]:
    """Return the notifications among the members of an object, by name, and the other members.

    A resource by itself is a notification without a name.
    """
    if any(_is_resource(name, member) for name, member in members.items()):
        return [("", {without_namespace(name): member for name, member in members.items()})], {}
    found = {name: member for name, member in members.items() if _is_notification(name, member)}
    others = {name: member for name, member in members.items() if name not in found}
    return [(name, item) for name, member in found.items() for item in objects_in(member)], others


def has_resource(member: Any) -> bool:  # noqa: ANN401  a tree
    """Return whether a notification has a resource."""
    return any(_is_resource(name, inner) for item in objects_in(member) for name, inner in item.items())


def objects_in(member: Any) -> list[dict[str, Any]]:  # noqa: ANN401  a tree
    """Return the objects of a member, one or several; a text is an element without attributes."""
    items = member if isinstance(member, list) else [member]
    return [item if isinstance(item, dict) else {TEXT: item} for item in items]


def _is_notification(name: str, member: Any) -> bool:  # noqa: ANN401  a tree
    # Folded, cloud/1's <call-finished> has the name of a root, too.
    return is_callfires(name) or name.rpartition(":")[2] in ROOT_NAMES.values() or has_resource(member)


def _is_resource(name: str, member: Any) -> bool:  # noqa: ANN401  a tree
    if fold(name) not in _RESOURCE_NAMES:
        return False
    return is_callfires(name) or any(not _TELLING.isdisjoint(map(fold, item)) for item in objects_in(member))
