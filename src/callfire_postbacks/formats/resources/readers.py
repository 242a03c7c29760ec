"""Which function reads a resource of v2, by the names of the resource and of the event."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from callfire_postbacks.formats.resources.calls_and_texts import read_call, read_delivery_report, read_text
from callfire_postbacks.formats.resources.campaigns import KINDS, read_campaign, read_contact_list
from callfire_postbacks.formats.resources.reading import Reading
from callfire_postbacks.formats.trees.names import fold
from callfire_postbacks.formats.trees.record import Record

Reader = Callable[[Record], Reading]


def _campaign(resource: str) -> dict[str, Reader]:
    return {event: partial(read_campaign, kind=kind, resource=resource) for event, kind in KINDS.items()}


_EVENTS: Final = {"start": "started", "stop": "stopped", "finish": "finished"}
"""Events in the spelling of CallFire's older samples."""
_READERS: Final[dict[str, dict[str, Reader]]] = {  # by folded resource and event: CallFire's spelling varies
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


def find_reader(resource_type: str | None, event_type: str | None) -> Reader | None:
    """Return the function for a resource, or None if no event type is made for it."""
    readers = _READERS.get(fold(resource_type or ""), {})
    if event_type is None and len(readers) == 1:
        return next(iter(readers.values()))
    event = fold(event_type or "")
    return readers.get(_EVENTS.get(event, event))


def unwrap(resource: dict[str, Any], resource_type: str) -> tuple[dict[str, Any], list[str]]:
    """Return a resource without the object around it that has its type's name, {"call": {…}}, and the repair."""
    if len(resource) == 1:
        [(name, inner)] = resource.items()
        if isinstance(inner, dict) and fold(resource_type).endswith(fold(name)):
            return inner, ["wrapper"]
    return resource, []
