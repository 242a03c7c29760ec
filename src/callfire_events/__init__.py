"""CallFire's postbacks as events: types, envelope, and a parser for consumers.

from callfire_events import TextReceived, parse

event = parse(record)
if isinstance(event.data, TextReceived):
    print(event.id, event.data.phone_number, event.data.message)
"""

from typing import TYPE_CHECKING

from callfire_events.calls_and_texts import CallFinished, TextDeliveryReported, TextReceived, TextSent
from callfire_events.campaigns import CampaignFinished, CampaignStarted, CampaignStopped, ContactListValidated
from callfire_events.types import EventData, Other

if TYPE_CHECKING:
    from callfire_events.parsing import Event, NotAnEventError, UnknownTypeError, parse

__all__ = [
    "CallFinished",
    "CampaignFinished",
    "CampaignStarted",
    "CampaignStopped",
    "ContactListValidated",
    "Event",
    "EventData",
    "NotAnEventError",
    "Other",
    "TextDeliveryReported",
    "TextReceived",
    "TextSent",
    "UnknownTypeError",
    "parse",
]


def __getattr__(name: str) -> object:
    """Load the parser only when a consumer asks for it: the functions never do, so their cold start is shorter."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from callfire_events import parsing  # noqa: PLC0415  see the docstring

    return getattr(parsing, name)
