"""API v2's webhooks: JSON with a list of events, each about one resource.

`resourceType` and `eventType` state the subject and the kind of event. An event of an unknown kind becomes an event
of the type `other`, so nothing that CallFire sends is rejected.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from callfire_events import CampaignFinished, CampaignStarted, CampaignStopped, EventData, Other
from callfire_postbacks.formats.record import Record, digest, pruned
from callfire_postbacks.formats.resources import (
    Reading,
    read_call,
    read_campaign,
    read_contact_list,
    read_delivery_report,
    read_text,
)
from callfire_postbacks.formats.scalars import read_time
from callfire_postbacks.formats.values import label, text
from callfire_postbacks.formats.wire import WireEvent, check_count

WIRE_FORMAT: Final = "v2"

_OF_DELIVERY: Final = {"timestamp", "webhookId", "webhookName"}
"""Fields that describe the delivery: the same event through two webhooks is one event."""
_ENVELOPE: Final = ("events", "webhookId", "webhookName", "resourceType", "eventType")

_Readers = dict[str, Callable[[Record], Reading]]


def _campaign(resource: str) -> _Readers:
    kinds: dict[str, type[EventData]] = {
        "started": CampaignStarted,
        "stopped": CampaignStopped,
        "finished": CampaignFinished,
    }
    return {event: partial(read_campaign, kind=kind, resource=resource) for event, kind in kinds.items()}


_READERS: Final[dict[str, _Readers]] = {  # by lowercase resource and event: CallFire's spelling varies
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


def is_v2(tree: Any) -> bool:  # noqa: ANN401  a tree
    """Return whether a tree is a webhook delivery: it has a list of events, or another field of the envelope."""
    return isinstance(tree, dict) and not tree.keys().isdisjoint(_ENVELOPE)


def read(delivery: dict[str, Any]) -> list[WireEvent]:
    """Read the events of a delivery. A delivery without events is one event made of its envelope.

    Raises:
        UnreadablePostbackError: It has too many events.
    """
    events = delivery.pop("events", None) or [{}]
    if not isinstance(events, list):
        events = [events]
    check_count(events)
    return [
        _read_event(_merge(delivery, event if isinstance(event, dict) else {"resource": event})) for event in events
    ]


def _merge(delivery: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """Return the members of an event and of its envelope. If both have one, the event's comes last, and so counts."""
    both = {name: [delivery[name], event[name]] for name in delivery.keys() & event.keys() - _OF_DELIVERY}
    return delivery | event | {name: members for name, members in both.items() if members[0] != members[1]}


def _read_event(members: dict[str, Any]) -> WireEvent:
    """Read an event from its members and those of its envelope."""
    resource = members.pop("resource", {})
    envelope = Record(members)
    resource_type, event_type = envelope.take("resourceType", label), envelope.take("eventType", label)
    sent_at = envelope.take("timestamp", read_time)
    envelope.take("webhookId", label)
    envelope.take("webhookName", text)
    around = envelope.rest("envelope")

    # Without an id, only the time distinguishes the resource from another one with the same content.
    event_id = digest(WIRE_FORMAT, resource_type, event_type, resource, *_unless_identified(resource, members))
    read_resource = _reader(resource_type, event_type)
    if read_resource is None or not isinstance(resource, dict):
        body = pruned(resource if isinstance(resource, dict) else {"resource": resource})
        other = Other(
            resource=resource_type,
            event=event_type,
            body=body or None,
            wire_format=WIRE_FORMAT,
            unrecognized=around or None,
        )
        return WireEvent(other, event_id, sent_at)
    record = Record(resource)
    kind, fields, at = read_resource(record)
    data = kind(**fields, wire_format=WIRE_FORMAT, unrecognized=record.rest() | around or None)
    return WireEvent(data, event_id, at or sent_at)


def _reader(resource_type: str | None, event_type: str | None) -> Callable[[Record], Reading] | None:
    readers = _READERS.get((resource_type or "").lower(), {})
    if event_type is None and len(readers) == 1:
        return next(iter(readers.values()))
    return readers.get((event_type or "").lower())


def _unless_identified(resource: Any, members: dict[str, Any]) -> list[Any]:  # noqa: ANN401  a tree
    return [] if isinstance(resource, dict) and resource.get("id") else [members.get("timestamp")]
