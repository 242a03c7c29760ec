"""API 1.1's notifications: a call, a text or a campaign, as XML in two namespaces or as JSON.

Element names come from CallFire's schemas and from captured postbacks. The root element does not tell the kind of
event: CallFire sends <TextNotification> where the schema has <TextReceived> and <TextSent>, and
<BroadcastNotification> for three triggers.
"""

from typing import Any, Final, TypeVar

from callfire_events import CampaignFinished, CampaignStarted, CampaignStopped, EventData, Other
from callfire_postbacks.formats.document import Document
from callfire_postbacks.formats.namespaces import is_callfires, without_namespace
from callfire_postbacks.formats.record import TEXT, Record, digest, pruned
from callfire_postbacks.formats.resources import Reading, read_call, read_campaign, read_text
from callfire_postbacks.formats.wire import WireEvent, check_count
from callfire_postbacks.formats.xml_tree import build_tree

T = TypeVar("T")

WIRE_FORMAT: Final = "api11"

_ROOTS: Final = {
    "CallFinished",
    "TextNotification",
    "TextReceived",
    "TextSent",
    "BroadcastNotification",
    "BroadcastStarted",
    "BroadcastStopped",
    "BroadcastFinished",
}
_RESOURCES: Final = ("Call", "Text", "Broadcast")
_SOAP: Final = ("{http://schemas.xmlsoap.org/soap/envelope/}", "{http://www.w3.org/2003/05/soap-envelope}")

_TRIGGERS: Final[dict[str, type[EventData]]] = {
    "started": CampaignStarted,
    "stopped": CampaignStopped,
    "finished": CampaignFinished,
}
_TRIGGER_OF_STATUS: Final = {  # a hint, if neither root nor URL is clear
    "START_PENDING": "started",
    "RUNNING": "started",
    "STOPPED": "stopped",
    "SUSPENDED": "stopped",
    "FINISHED": "finished",
    "ARCHIVED": "finished",
}
_IS_INBOUND: Final = {"inbound": True, "received": True, "outbound": False, "textsent": False}
"""The direction that a root or the name of a URL hints at."""


def read_xml(document: Document, *, subscription: str) -> list[WireEvent]:
    """Read the notifications of an XML document, also those in a SOAP envelope; none if it is not CallFire's.

    A notification's namespace is CallFire's, or it has none and a known name.
    """
    soap = document.root.removesuffix("Envelope")
    around, body = {}, build_tree(document.canonical, roots=3 if soap in _SOAP else 1)
    if soap in _SOAP:
        envelope = _child(body, document.root)
        around, body = _child(envelope, f"{soap}Header"), _child(envelope, f"{soap}Body")
    found = {without_namespace(name): it for name, it in body.items() if is_callfires(name) or name in _ROOTS}
    return [
        event
        for root, notification in _notifications(found)
        for event in _read_notification(root, around | notification, subscription)
    ]


def read_json(tree: Any, *, subscription: str) -> list[WireEvent]:  # noqa: ANN401  a tree
    """Read the notifications of a tree; none if it is not CallFire's."""
    members = tree.items() if isinstance(tree, dict) else ()
    return [
        event
        for root, notification in _notifications({name.rpartition(":")[2]: member for name, member in members})
        if root in _ROOTS or not notification.keys().isdisjoint(_RESOURCES)
        for event in _read_notification(root, notification, subscription)
    ]


def _notifications(members: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the notifications by their roots; a resource without a root is one, too."""
    if not members.keys().isdisjoint(_RESOURCES):
        return [("", members)]
    return [
        (root, item if isinstance(item, dict) else {TEXT: item})
        for root, member in members.items()
        for item in (member if isinstance(member, list) else [member])
    ]


def _read_notification(root: str, tree: dict[str, Any], subscription: str) -> list[WireEvent]:
    tree.pop("SubscriptionId", None)  # one event through two subscriptions stays one event
    members = {name: tree.pop(name) for name in _RESOURCES if name in tree}
    resources = [
        (name, item if isinstance(item, dict) else {TEXT: item})
        for name, member in members.items()
        for item in (member if isinstance(member, list) else [member])
    ]
    if not resources:
        other = Other(resource=root or None, body=pruned(tree) or None, wire_format=WIRE_FORMAT)
        return [WireEvent(other, digest(WIRE_FORMAT, root, None, tree), None)]
    check_count(resources)
    hints, unrecognized = (root.lower(), subscription.lower()), Record(tree).rest("envelope")
    return [
        _read_resource(name, resource, around=tree, unrecognized=unrecognized, hints=hints)
        for name, resource in resources
    ]


def _read_resource(
    name: str,
    resource: dict[str, Any],
    *,
    around: dict[str, Any],
    unrecognized: dict[str, list[str]],
    hints: tuple[str, ...],
) -> WireEvent:
    """Read a resource.

    `around` holds the other fields of its notification, `unrecognized` their texts, and `hints` names its root and URL.
    """
    trigger = "finished" if name != "Broadcast" else _trigger(resource, hints)
    event_id = digest(WIRE_FORMAT, name, trigger, resource, *([] if resource.get("@id") else [around]))
    if trigger is None:
        other = Other(
            resource=name, body=pruned(resource) or None, wire_format=WIRE_FORMAT, unrecognized=unrecognized or None
        )
        return WireEvent(other, event_id, None)
    record = Record(resource)
    kind, fields, at = _read(name, record, trigger, hints)
    data = kind(**fields, wire_format=WIRE_FORMAT, unrecognized=record.rest() | unrecognized or None)
    return WireEvent(data, event_id, at)


def _read(name: str, record: Record, trigger: str, hints: tuple[str, ...]) -> Reading:
    if name == "Broadcast":
        return read_campaign(record, _TRIGGERS[trigger])
    inbound = _hinted(hints, _IS_INBOUND)
    return read_call(record, inbound=inbound) if name == "Call" else read_text(record, inbound=inbound)


def _trigger(resource: dict[str, Any], hints: tuple[str, ...]) -> str | None:
    hinted = _hinted(hints, {trigger: trigger for trigger in _TRIGGERS})
    return hinted or _TRIGGER_OF_STATUS.get((Record(resource).peek("Status") or "").upper())


def _hinted(hints: tuple[str, ...], meanings: dict[str, T]) -> T | None:
    """Return the meaning of the first hint that contains one of the words."""
    return next((meaning for hint in hints for word, meaning in meanings.items() if word in hint), None)


def _child(tree: dict[str, Any], name: str) -> dict[str, Any]:
    child = tree.get(name)
    return child if isinstance(child, dict) else {}
