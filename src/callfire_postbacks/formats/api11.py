"""API 1.1's notifications: a call, a text or a campaign, as XML in two namespaces or as JSON.

Element names come from CallFire's schemas and from captured postbacks. The root element does not tell the kind of
event: CallFire sends <TextNotification> where the schema has <TextReceived> and <TextSent>, and
<BroadcastNotification> for three triggers.
"""

from typing import Any, Final

from callfire_events.types import CampaignFinished, CampaignStarted, CampaignStopped, EventData, Other
from callfire_postbacks.formats.record import TEXT, Record, digest, pruned
from callfire_postbacks.formats.resources import Reading, read_call, read_campaign, read_text
from callfire_postbacks.formats.wire import WireEvent
from callfire_postbacks.formats.xml import Document, is_callfires, without_namespace

WIRE_FORMAT: Final = "api11"

_ROOTS: Final = {
    *("CallFinished", "TextNotification", "TextReceived", "TextSent"),
    *("BroadcastNotification", "BroadcastStarted", "BroadcastStopped", "BroadcastFinished"),
}
_RESOURCES: Final = ("Call", "Text", "Broadcast")

_TRIGGERS: Final[dict[str, type[EventData]]] = {
    "started": CampaignStarted,
    "stopped": CampaignStopped,
    "finished": CampaignFinished,
}
_TRIGGER_OF_STATUS: Final = {  # a hint, if neither root nor URL is clear
    "RUNNING": "started",
    "STOPPED": "stopped",
    "SUSPENDED": "stopped",
    "FINISHED": "finished",
    "ARCHIVED": "finished",
}


def is_api11(root: str) -> bool:
    """Return whether an XML document with this root is a notification: its namespace is CallFire's, or it has none."""
    return is_callfires(root) or root in _ROOTS


def read_xml(document: Document, *, subscription: str) -> list[WireEvent]:
    """Read an XML notification."""
    name = without_namespace(document.root)
    return _read_notification(name, _tree(document.canonical), subscription)


def notifications(tree: Any) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401  a tree
    """Return the notifications in a tree, each with the name of its root; an empty list for any other tree."""
    if not isinstance(tree, dict):
        return []
    if not tree.keys().isdisjoint(_RESOURCES):
        return [("", tree)]
    return [
        (root, notification)
        for root, member in ((name.rpartition(":")[2], member) for name, member in tree.items())
        for notification in (member if isinstance(member, list) else [member])
        if isinstance(notification, dict) and (root in _ROOTS or not notification.keys().isdisjoint(_RESOURCES))
    ]


def read_json(found: list[tuple[str, dict[str, Any]]], *, subscription: str) -> list[WireEvent]:
    """Read notifications found in a JSON body."""
    return [event for root, tree in found for event in _read_notification(root, tree, subscription)]


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
    return [_read_resource(name, resource, tree, f"{root} {subscription}".lower()) for name, resource in resources]


def _read_resource(name: str, resource: dict[str, Any], around: dict[str, Any], hints: str) -> WireEvent:
    """Read a resource; `around` holds the other fields of its notification, and `hints` names its root and URL."""
    trigger = "finished" if name != "Broadcast" else _trigger(resource, hints)
    event_id = digest(WIRE_FORMAT, name, trigger, resource, *([] if resource.get("@id") else [around]))
    unrecognized = Record(around).rest("envelope")
    if trigger is None:
        other = Other(
            resource=name, body=pruned(resource) or None, wire_format=WIRE_FORMAT, unrecognized=unrecognized or None
        )
        return WireEvent(other, event_id, None)
    record = Record(resource)
    kind, fields, at = _read(name, record, trigger, hints)
    data = kind(**fields, wire_format=WIRE_FORMAT, unrecognized=record.rest() | unrecognized or None)
    return WireEvent(data, event_id, at)


def _read(name: str, record: Record, trigger: str, hints: str) -> Reading:
    if name == "Broadcast":
        return read_campaign(record, _TRIGGERS[trigger])
    inbound = True if "inbound" in hints or "received" in hints else None
    if "outbound" in hints or "textsent" in hints:
        inbound = False
    return read_call(record, inbound=inbound) if name == "Call" else read_text(record, inbound=inbound)


def _trigger(resource: dict[str, Any], hints: str) -> str | None:
    hinted = next((trigger for trigger in _TRIGGERS if trigger in hints), None)
    return hinted or _TRIGGER_OF_STATUS.get((Record(resource).peek("Status") or "").upper())


def _tree(canonical: list[str]) -> dict[str, Any]:
    """Build the tree of an XML document from its canonical content."""
    top: dict[str, Any] = {}
    open_elements: list[tuple[str, dict[str, Any]]] = [("", top)]
    tokens = iter(canonical)
    for token in tokens:
        kind, name = token[0], without_namespace(token[1:])
        match kind:
            case "<":
                open_elements.append((name, {}))
            case "@":
                _add(open_elements[-1][1], f"@{name}", next(tokens))
            case "#":
                _add(open_elements[-1][1], TEXT, token[1:])
            case _:
                closed, element = open_elements.pop()
                _add(open_elements[-1][1], closed, element if element.keys() - {TEXT} else element.get(TEXT, ""))
    [root] = top.values()
    return root if isinstance(root, dict) else {TEXT: root}


def _add(element: dict[str, Any], name: str, member: Any) -> None:  # noqa: ANN401  a tree
    """Add a member to an object; members of the same name form a list."""
    if name not in element:
        element[name] = member
    elif isinstance(element[name], list):
        element[name].append(member)
    else:
        element[name] = [element[name], member]
