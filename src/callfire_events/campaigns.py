"""The data of events about a campaign or a contact list."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from callfire_events.data import Data
from callfire_events.parts import CampaignStats, Cost, keyword_class


@dataclass(init=False, repr=False, eq=False, kw_only=True)
class _Campaign(Data):
    """Fields that all events of a campaign share."""

    name: str | None = None
    status: str | None = None
    """CallFire's own status; an open vocabulary. It may contradict the event's type."""
    cost: Cost | None = None
    stats: CampaignStats | None = None
    kind: str | None = None
    """CallFire's own kind of campaign: VOICE, TEXT or IVR (api11), or the resource, CallBroadcast (v2)."""
    callfire_number: str | None = None
    tags: list[str] | None = None
    modified_at: datetime | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of the event's resource."""
        return "campaigns", self.campaign_id


@keyword_class
class CampaignStarted(_Campaign):
    """A campaign has started."""

    TYPE: ClassVar = "com.callfire.campaign.started.v1"


@keyword_class
class CampaignStopped(_Campaign):
    """A campaign was stopped before its end."""

    TYPE: ClassVar = "com.callfire.campaign.stopped.v1"


@keyword_class
class CampaignFinished(_Campaign):
    """A campaign has finished."""

    TYPE: ClassVar = "com.callfire.campaign.finished.v1"


@keyword_class
class ContactListValidated(Data):
    """CallFire has validated a contact list, with or without success."""

    TYPE: ClassVar = "com.callfire.contact_list.validated.v1"
    contact_list_id: str | None = None
    name: str | None = None
    size: int | None = None
    status: str | None = None
    """CallFire's own status, such as ACTIVE or PARSE_FAILED; an open vocabulary."""
    succeeded: bool
    created_at: datetime | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of the event's resource."""
        return "contact-lists", self.contact_list_id
