"""API 1.1's notifications: a call, a text or a campaign, as XML in two namespaces or as JSON.

Element names come from CallFire's schemas and from captured postbacks. The root element does not tell the kind of
event: CallFire sends <TextNotification> where the schema has <TextReceived> and <TextSent>, and
<BroadcastNotification> for three triggers.
"""

from typing import Any, Final, NamedTuple

from callfire_events import Other
from callfire_postbacks.formats.hints import Hints, is_inbound, trigger_of_campaign
from callfire_postbacks.formats.notifications import (
    MEMBER_NAMES,
    RESOURCES,
    ROOT_NAMES,
    find_notifications,
    has_resource,
    objects_in,
)
from callfire_postbacks.formats.resources.calls_and_texts import read_call, read_text
from callfire_postbacks.formats.resources.campaigns import KINDS, read_campaign
from callfire_postbacks.formats.resources.reading import Reading
from callfire_postbacks.formats.trees.names import OTHER_NAMES, fold, respell
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.trees.tree import Rest, digest, join, pruned
from callfire_postbacks.formats.trees.xml_tree import build_tree
from callfire_postbacks.formats.wire import WireEvent, check_count
from callfire_postbacks.formats.xml.document import Document
from callfire_postbacks.formats.xml.namespaces import without_namespace

WIRE_FORMAT: Final = "api11"

_SOAP: Final = ("{http://schemas.xmlsoap.org/soap/envelope/}", "{http://www.w3.org/2003/05/soap-envelope}")


class _Surroundings(NamedTuple):
    """The part of a notification around its resources, read once for all of them."""

    members: dict[str, Any]
    """Those of the notification and of the SOAP header."""
    texts: Rest
    """The texts of these members and of all others around the notification, by path."""
    hints: Hints
    repairs: list[str] | None


def read_xml(document: Document, *, subscription: str) -> list[WireEvent]:
    """Read the notifications of an XML document, also those in a SOAP envelope; none if it is not CallFire's.

    A notification's namespace is CallFire's, or its content is known.
    """
    soap = document.root.removesuffix("Envelope")
    header, body = {}, build_tree(document.canonical, roots=3 if soap in _SOAP else 1)
    if soap in _SOAP:
        envelope = _child(body, document.root)
        header, body = _child(envelope, f"{soap}Header"), _child(envelope, f"{soap}Body")
    return _read_notifications(body, header, subscription)


def read_json(tree: dict[str, Any], *, subscription: str) -> list[WireEvent]:
    """Read the notifications of an object; none if it is not CallFire's."""
    return _read_notifications(tree, {}, subscription)


def is_known(tree: dict[str, Any], *, is_wrapped: bool) -> bool:
    """Return whether an object has a notification or a resource; within another object, the resource is needed."""
    return any(map(has_resource, (tree, *tree.values()))) if is_wrapped else bool(find_notifications(tree)[0])


def _read_notifications(members: dict[str, Any], header: dict[str, Any], subscription: str) -> list[WireEvent]:
    """Read the notifications among members; `header` is that of the SOAP envelope."""
    notifications, others = find_notifications(members)
    check_count(notifications)
    texts = join(Record(header).rest("envelope"), Record(others).rest("envelope"))
    return [
        event for name, tree in notifications for event in _read_notification(name, tree, header, texts, subscription)
    ]


def _read_notification(
    name: str, tree: dict[str, Any], header: dict[str, Any], texts: Rest, subscription: str
) -> list[WireEvent]:
    """Read a notification; `texts` are those around it, by path."""
    members, is_respelled = respell(tree, MEMBER_NAMES)
    members.pop("SubscriptionId", None)  # one event through two subscriptions stays one event
    resources = [(kind, item) for kind in RESOURCES for item in objects_in(members.pop(kind, []))]
    check_count(resources)
    local = without_namespace(name).rpartition(":")[2]
    root = ROOT_NAMES.get(fold(name), local)
    around = _Surroundings(
        members=header | members,
        texts=join(texts, Record(members).rest("envelope")) if resources else texts,
        hints=(root.lower(), subscription.lower()),
        repairs=OTHER_NAMES if is_respelled or local != root else None,
    )
    if not resources:
        event_id = digest(WIRE_FORMAT, root, None, around.members)
        return [WireEvent(_other(root, members, around), event_id, None)]
    return [_read_resource(kind, item, around) for kind, item in resources]


def _other(name: str, members: dict[str, Any], around: _Surroundings) -> Other:
    return Other(
        resource=name or None,
        body=pruned(members) or None,
        wire_format=WIRE_FORMAT,
        unrecognized=around.texts or None,
        repairs=around.repairs,
    )


def _read_resource(name: str, resource: dict[str, Any], around: _Surroundings) -> WireEvent:
    record = Record(resource)
    is_campaign = name == "Broadcast"
    trigger = trigger_of_campaign(around.hints, record.peek("Status")) if is_campaign else "finished"
    event_id = digest(WIRE_FORMAT, name, trigger, resource, *([] if resource.get("@id") else [around.members]))
    if trigger is None:
        return WireEvent(_other(name, resource, around), event_id, None)
    kind, fields, at = read_campaign(record, KINDS[trigger]) if is_campaign else _read(name, record, around.hints)
    data = kind(
        **fields,
        wire_format=WIRE_FORMAT,
        unrecognized=join(record.rest(), around.texts) or None,
        repairs=OTHER_NAMES if record.has_other_names else around.repairs,
    )
    return WireEvent(data, event_id, at)


def _read(name: str, record: Record, hints: Hints) -> Reading:
    read = read_call if name == "Call" else read_text
    return read(record, inbound=is_inbound(hints))


def _child(tree: dict[str, Any], name: str) -> dict[str, Any]:
    child = tree.get(name)
    return child if isinstance(child, dict) else {}
