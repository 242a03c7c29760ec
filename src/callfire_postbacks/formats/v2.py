"""API v2's webhooks: JSON with a list of events, each about one resource.

`resourceType` and `eventType` state the subject and the kind of event. An event of an unknown kind becomes an event
of the type `other`, so nothing that CallFire sends is rejected.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from callfire_events import CampaignFinished, CampaignStarted, CampaignStopped, EventData, Other
from callfire_postbacks.formats.deliveries import ABSENT, NAMES, Member, merge, read_members, unquote
from callfire_postbacks.formats.resources import (
    Reading,
    read_call,
    read_campaign,
    read_contact_list,
    read_delivery_report,
    read_text,
)
from callfire_postbacks.formats.trees.names import OTHER_NAMES, fold, respell
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.trees.tree import check_paths, digest, join, pruned
from callfire_postbacks.formats.wire import WireEvent, check_count

WIRE_FORMAT: Final = "v2"

_Readers = dict[str, Callable[[Record], Reading]]


def _campaign(resource: str) -> _Readers:
    kinds: dict[str, type[EventData]] = {
        "started": CampaignStarted,
        "stopped": CampaignStopped,
        "finished": CampaignFinished,
    }
    return {event: partial(read_campaign, kind=kind, resource=resource) for event, kind in kinds.items()}


_TELLING: Final = {fold(name) for name in ("events", "webhookId", "webhookName", "resourceType", "eventType")}
_EVENTS: Final = {"start": "started", "stop": "stopped", "finish": "finished"}
"""Events in the spelling of CallFire's older samples."""
_READERS: Final[dict[str, _Readers]] = {  # by folded resource and event: CallFire's spelling varies
    "inboundcall": {"finished": partial(read_call, inbound=True)},
    "outboundcall": {"finished": partial(read_call, inbound=False)},
    "inboundtext": {"finished": partial(read_text, inbound=True)},
    "outboundtext": {"finished": partial(read_text, inbound=False)},
    "callbroadcast": _campaign("CallBroadcast"),
    "textbroadcast": _campaign("TextBroadcast"),
    "ccccampaign": _campaign("CccCampaign"),
    "outboundtextdeliveryreport": {"received": read_delivery_report},
    "contactlist": {
        "validationfinished": partial(read_contact_list, succeeded=True),
        "validationfailed": partial(read_contact_list, succeeded=False),
    },
}


def is_known(tree: dict[str, Any], *, is_wrapped: bool) -> bool:
    """Return whether an object is a delivery: it has a field of the envelope, or two if it is within another object.

    With only names that any program may use, and a delivery as a member, it is a wrapper.
    """
    names = set(map(fold, tree))
    if is_wrapped:
        return len(names & {*_TELLING, "resource"}) > 1
    has_content = not names.isdisjoint(("events", "resource"))
    return not _TELLING.isdisjoint(names) and (has_content or not any(map(_is_delivery, tree.values())))


def _is_delivery(member: Any) -> bool:  # noqa: ANN401  a tree
    return isinstance(member, dict) and is_known(member, is_wrapped=True)


def read(delivery: dict[str, Any]) -> list[WireEvent]:
    """Read the events of a delivery. A delivery without events is one event made of its envelope.

    Raises:
        UnreadablePostbackError: It has too many events.
    """
    delivery, has_other_names = respell(delivery, NAMES)
    repairs = OTHER_NAMES if has_other_names else []
    events, quoted = unquote(delivery.pop("events", None) or [{}])
    events = _flatten(events) or [{}]
    check_count(events)
    resources = _pop(delivery, "resource")
    envelope = read_members(delivery)
    return [_read_event(event, envelope, resources, [*quoted, *repairs]) for event in events]


def _flatten(events: Any) -> list[Any]:  # noqa: ANN401  a tree
    return [item for inner in events for item in _flatten(inner)] if isinstance(events, list) else [events]


def _read_event(
    event: Any,  # noqa: ANN401  a tree
    envelope: dict[str, Member],
    resources: list[Any],
    repairs: list[str],
) -> WireEvent:
    """Read an event from its members and those of its envelope. If both have one, the event's counts."""
    event, quoted = unquote(event)
    event, is_respelled = respell(event if isinstance(event, dict) else {"resource": event}, NAMES)
    resource, also_quoted = unquote(_resource([*resources, *_pop(event, "resource")]))
    members = merge(envelope, read_members(event))
    resource_type, event_type, sent = (members.get(name, ABSENT) for name in ("resourceType", "eventType", "timestamp"))
    around = join(*(member.rest for member in members.values()))
    check_paths(around)

    record = Record(resource)
    has_id = record.peek("id") or (isinstance(resource, dict) and resource.get("id"))
    # Without an id, only the time distinguishes the resource from another one with the same content.
    time = [] if has_id else [sent.tree]
    event_id = digest(WIRE_FORMAT, resource_type.value, event_type.value, resource, *time)
    read_resource = _reader(resource_type.value, event_type.value) if isinstance(resource, dict) else None
    if read_resource:
        kind, fields, at = read_resource(record)
        unrecognized = join(record.rest(), around)
    else:
        kind, fields, at = _read_other(resource, resource_type.value, event_type.value)
        unrecognized = around
    repairs = [*repairs, *quoted, *also_quoted, *(OTHER_NAMES if is_respelled or record.has_other_names else [])]
    data = kind(
        **fields,
        wire_format=WIRE_FORMAT,
        unrecognized=unrecognized or None,
        repairs=list(dict.fromkeys(repairs)) or None,
    )
    return WireEvent(data, event_id, at or sent.value)


def _read_other(resource: Any, resource_type: str | None, event_type: str | None) -> Reading:  # noqa: ANN401  a tree
    body = pruned(resource if isinstance(resource, dict) else {"resource": resource})
    return Reading(Other, {"resource": resource_type, "event": event_type, "body": body or None}, None)


def _pop(members: dict[str, Any], name: str) -> list[Any]:
    return [members.pop(name)] if name in members else []


def _resource(trees: list[Any]) -> Any:  # noqa: ANN401  a tree
    """Return the resource of an event: both, if that of its envelope differs."""
    if not trees:
        return {}
    return trees[-1] if trees[0] == trees[-1] else trees


def _reader(resource_type: str | None, event_type: str | None) -> Callable[[Record], Reading] | None:
    readers = _READERS.get(fold(resource_type or ""), {})
    if event_type is None and len(readers) == 1:
        return next(iter(readers.values()))
    event = fold(event_type or "")
    return readers.get(_EVENTS.get(event, event))
