"""API v2's webhooks: JSON with a list of events, each about one resource.

`resourceType` and `eventType` say what an event is about and what happened. Whatever no other type is for becomes an
event of the type `other`, so that nothing that CallFire sends is refused.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from callfire_events.types import CampaignFinished, CampaignStarted, CampaignStopped, EventData, Other
from callfire_postbacks.formats.fields import label, text
from callfire_postbacks.formats.record import Record, digest, pruned
from callfire_postbacks.formats.resources import (
    Reading,
    read_call,
    read_campaign,
    read_contact_list,
    read_delivery_report,
    read_text,
)
from callfire_postbacks.formats.scalars import moment
from callfire_postbacks.formats.wire import WireEvent
from callfire_postbacks.formats.xml import UnreadablePostbackError

WIRE_FORMAT: Final = "v2"

MAX_EVENTS: Final = 250
"""In one body: some 64 KiB of the shortest real ones, and so few that they can be stored within one invocation."""

_Readers = dict[str, Callable[[Record], Reading]]


def _campaign(resource: str) -> _Readers:
    kinds: dict[str, type[EventData]] = {
        "started": CampaignStarted,
        "stopped": CampaignStopped,
        "finished": CampaignFinished,
    }
    return {event: partial(read_campaign, kind=kind, resource=resource) for event, kind in kinds.items()}


_READERS: Final[dict[str, _Readers]] = {  # by resource and event, in lower case: CallFire writes them in several ways
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
    """Whether a tree is a delivery of a webhook: it has a list of events, or some other field of the envelope."""
    return isinstance(tree, dict) and not tree.keys().isdisjoint(("events", "webhookId", "resourceType"))


def read(delivery: dict[str, Any]) -> list[WireEvent]:
    """Read the events of a delivery. One without any is one event: its envelope.

    Raises:
        UnreadablePostbackError: It has too many events.
    """
    events = delivery.pop("events", None) or [{}]
    if not isinstance(events, list):
        events = [events]
    if len(events) > MAX_EVENTS:
        raise UnreadablePostbackError("too-complex", f"A postback has at most {MAX_EVENTS} events.")
    return [_read_event(delivery | (event if isinstance(event, dict) else {"resource": event})) for event in events]


def _read_event(members: dict[str, Any]) -> WireEvent:
    """Read an event with the members of its envelope, which count where the event has none of its own."""
    resource = members.pop("resource", {})
    envelope = Record(members)
    resource_type, event_type = envelope.take("resourceType", label), envelope.take("eventType", label)
    sent_at = envelope.take("timestamp", moment)
    # These tell of the delivery: the same event through two webhooks is one event.
    envelope.take("webhookId", label)
    envelope.take("webhookName", text)
    around = envelope.rest("envelope")

    # Without an id, only the time tells the resource from another one that looks the same.
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
