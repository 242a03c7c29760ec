"""Deliveries of API v2, one of each resource, like no other by the id in it."""

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
"""The type of event that each becomes."""

_SAMPLES: Final = {
    "OutboundCall": "v2-outbound-call",
    "InboundCall": "v2-inbound-call",
    "OutboundText": "v2-outbound-text",
    "InboundText": "v2-inbound-text",
    "ContactList": "v2-contact-list",
    "OutboundTextDeliveryReport": "v2-delivery-report",
}
"""Campaigns of the three kinds have one shape."""


def delivery(resource: str, number: int) -> bytes:
    """What CallFire posts of a resource with an id."""
    body: dict[str, Any] = json.loads(LATER_SAMPLES[_SAMPLES.get(resource, "v2-campaign-finished")])
    body["resourceType"] = resource
    for event in body["events"]:
        event["resourceType"] = resource
        event["resource"]["id"] = number
    return json.dumps(body, ensure_ascii=False).encode()
