"""Campaigns and contact lists."""

from typing import Final

from callfire_events import CampaignFinished, CampaignStarted, CampaignStopped, ContactListValidated, EventData
from callfire_postbacks.formats.resources.reading import Reading
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.values.scalars import count, identifier, phone_number, read_time
from callfire_postbacks.formats.values.typed import label, text

KINDS: Final[dict[str, type[EventData]]] = {
    "started": CampaignStarted,
    "stopped": CampaignStopped,
    "finished": CampaignFinished,
}
"""The data of a campaign's event, by what happened to the campaign."""


def read_campaign(record: Record, kind: type[EventData], *, resource: str | None = None) -> Reading:
    """Read a campaign. CallFire's own status may contradict the event, so it does not decide the kind."""
    modified = record.take("lastModified LastModified", read_time)
    fields = {
        "campaign_id": record.take("id @id", identifier),
        "name": record.take("name Name", text),
        "status": record.take("status Status", text),
        "kind": record.take("type Type", label) or resource,
        "callfire_number": record.take("fromNumber FromNumber", phone_number),
        "tags": record.take_all("labels Label", "name", "Name") or None,
        "modified_at": modified,
    }
    return Reading(kind, fields, modified)


def read_contact_list(record: Record, *, succeeded: bool) -> Reading:
    """Read a validated contact list. It states no time."""
    fields = {
        "contact_list_id": record.take("id", identifier),
        "name": record.take("name", text),
        "size": record.take("size", count),
        "status": record.take("status", text),
        "succeeded": succeeded,
        "created_at": record.take("created", read_time),
    }
    return Reading(ContactListValidated, fields, None)
