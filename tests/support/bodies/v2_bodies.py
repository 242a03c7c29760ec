"""Deliveries of API v2, one of each resource, each with a unique id."""

import json
from typing import Any, Final

from postbacks_cli.samples import LATER_SAMPLES

RESOURCES: Final = {
    "OutboundCall": "com.callfire.call.finished.v1",
    "InboundCall": "com.callfire.call.finished.v1",
    "OutboundText": "com.callfire.text.sent.v1",
    "InboundText": "com.callfire.text.received.v1",
    "CallBroadcast": "com.callfire.campaign.finished.v1",
    "TextBroadcast": "com.callfire.campaign.finished.v1",
    "CccCampaign": "com.callfire.campaign.finished.v1",
    "ContactList": "com.callfire.contact_list.validated.v1",
    "OutboundTextDeliveryReport": "com.callfire.text.delivery_reported.v1",
}
"""The event type of each resource."""

_SAMPLES: Final = {
    "OutboundCall": "v2-outbound-call",
    "InboundCall": "v2-inbound-call",
    "OutboundText": "v2-outbound-text",
    "InboundText": "v2-inbound-text",
    "ContactList": "v2-contact-list",
    "OutboundTextDeliveryReport": "v2-delivery-report",
}
"""Campaigns of the three kinds have the same shape."""


def delivery(resource: str, number: int) -> bytes:
    """Return CallFire's delivery of a resource with an id."""
    body: dict[str, Any] = json.loads(LATER_SAMPLES[_SAMPLES.get(resource, "v2-campaign-finished")])
    body["resourceType"] = resource
    for event in body["events"]:
        event["resourceType"] = resource
        event["resource"]["id"] = number
    return json.dumps(body, ensure_ascii=False).encode()
