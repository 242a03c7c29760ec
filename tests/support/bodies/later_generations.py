"""Build postbacks of API 1.1 and v2, and their events."""

import json
from typing import Any, Final

from callfire_events.envelope import EventDocument
from tests.support.building import normalize, normalize_all

SENT_AT: Final = 1772471101000
"""2026-03-02T17:05:01Z, the time at which deliveries say that they were sent."""


def delivery(resource_type: str, event_type: str, resource: Any, **envelope: Any) -> bytes:  # noqa: ANN401  JSON
    """Return a delivery of a v2 webhook with one event."""
    event = {"timestamp": SENT_AT, "webhookId": 3749004, "resourceType": resource_type, "eventType": event_type}
    around = {"timestamp": SENT_AT, "webhookId": 3749004, "webhookName": "ours", "resourceType": resource_type}
    return json.dumps(around | {"events": [event | {"resource": resource}]} | envelope).encode()


def v2_event(resource_type: str, event_type: str = "Finished", **resource: Any) -> EventDocument:  # noqa: ANN401  JSON
    """Return the event of a v2 resource."""
    return normalize(delivery(resource_type, event_type, resource))


def notification(contents: str, *, root: str = "CallFinished", subscription_id: int = 700100003) -> bytes:
    """Return a notification of API 1.1 in its two namespaces, with the given markup as its content."""
    return (
        f'<n:{root} xmlns="http://api.callfire.com/data" xmlns:n="http://api.callfire.com/notification/xsd">'
        f"<n:SubscriptionId>{subscription_id}</n:SubscriptionId>{contents}</n:{root}>"
    ).encode()


def api11_json(root: str, **members: Any) -> EventDocument:  # noqa: ANN401  JSON
    """Return the event of a notification in JSON."""
    return normalize(json.dumps({root: {"SubscriptionId": 700100003, **members}}).encode())


def api11_event(contents: str, *, root: str = "CallFinished", subscription: str = "callfinish") -> EventDocument:
    """Return the event of a notification in XML that arrived through a subscription's URL."""
    [event] = normalize_all(notification(contents, root=root), subscription=subscription)
    return event
