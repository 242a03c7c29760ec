"""All types of events."""

from typing import Any, ClassVar

from callfire_events.calls_and_texts import CallFinished, TextDeliveryReported, TextReceived, TextSent
from callfire_events.campaigns import CampaignFinished, CampaignStarted, CampaignStopped, ContactListValidated
from callfire_events.data import Data
from callfire_events.parts import keyword_class


@keyword_class
class Other(Data):
    """CallFire sent something for which no other type exists."""

    TYPE: ClassVar = "com.callfire.other.v1"
    resource: str | None = None
    """CallFire's name of the resource, such as LowBalance."""
    event: str | None = None
    """CallFire's name of the event, such as Finished."""
    body: dict[str, Any] | None = None
    """CallFire's content in its own structure; each value is a string as written, and nothing is null or empty."""

    def subject(self) -> tuple[str, str | None]:
        """Return no id: the event's resource is unknown."""
        return "other", None


EventData = (
    CallFinished
    | TextSent
    | TextReceived
    | CampaignFinished
    | CampaignStarted
    | CampaignStopped
    | TextDeliveryReported
    | ContactListValidated
    | Other
)
