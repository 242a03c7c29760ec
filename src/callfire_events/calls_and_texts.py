"""The data of events about a call or a text."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from callfire_events.data import Data
from callfire_events.parts import Agent, Attempt, Contact, Media, keyword_class

Outcome = Literal[
    "answered",
    "answering_machine",
    "transferred",
    "busy",
    "no_answer",
    "do_not_call",
    "sent",
    "received",
    "undialed",
    "failed",
    "other",
]
"""The result of a call or text, from a closed vocabulary; `disposition` holds CallFire's own code."""

Direction = Literal["inbound", "outbound"]
"""Who initiated it: inbound is from the contact to CallFire."""


@dataclass(init=False, repr=False, eq=False, kw_only=True)
class _Contact(Data):
    """Fields that calls and texts share."""

    phone_number: str | None = None
    """The contact's number, in E.164 if it is North American."""
    callfire_number: str | None = None
    """CallFire's number: E.164, or a short code."""
    tags: list[str] | None = None
    disposition: str | None = None
    """CallFire's code as sent; an open vocabulary."""
    outcome: Outcome
    duration_seconds: int | None = None
    started_at: datetime | None = None
    """RFC 3339: when the last attempt began, or else when CallFire created the call or text."""
    notes: str | None = None
    extra_data: str | None = None
    agent: Agent | None = None
    stored_data: dict[str, str] | None = None
    recordings: list[str] | None = None
    """URLs; real ones need no login, so treat them as secrets."""
    direction: Direction | None = None
    """Absent if CallFire does not state it, as in cloud/1."""
    state: str | None = None
    """CallFire's own status of the call or text, such as FINISHED or INVALID; an open vocabulary."""
    batch_id: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    contact: Contact | None = None
    attributes: dict[str, str] | None = None
    """Attributes that the sender attached to the recipient."""
    attempts: list[Attempt] | None = None
    """In CallFire's order; `duration_seconds` and `started_at` are those of the latest attempt."""


@keyword_class
class CallFinished(_Contact):
    """A call has ended, inbound or outbound; cloud/1 does not state the direction."""

    TYPE: ClassVar = "com.callfire.call.finished.v1"
    call_id: str | None = None
    agent_call: bool | None = None
    """Whether it is an internal call to an agent."""

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of the event's resource."""
        return "calls", self.call_id


@dataclass(init=False, repr=False, eq=False, kw_only=True)
class _Text(_Contact):
    """Fields that all texts share."""

    text_id: str | None = None
    message: str | None = None
    media: list[Media] | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of the event's resource."""
        return "texts", self.text_id


@keyword_class
class TextSent(_Text):
    """A text was sent to a contact."""

    TYPE: ClassVar = "com.callfire.text.sent.v1"


@keyword_class
class TextReceived(_Text):
    """A contact replied with a text."""

    TYPE: ClassVar = "com.callfire.text.received.v1"
    reply_to_campaign_id: str | None = None
    """The campaign that the text replies to (inferred from the element's name, replyFromCampaign)."""


@keyword_class
class TextDeliveryReported(Data):
    """A carrier has reported on the delivery of a text."""

    TYPE: ClassVar = "com.callfire.text.delivery_reported.v1"
    text_id: str | None = None
    """The text that the report is about (inferred from the name, actionId)."""
    report_id: str | None = None
    phone_number: str | None = None
    """The contact's number, in E.164 if it is North American."""
    callfire_number: str | None = None
    delivery_state: str | None = None
    delivery_category: str | None = None
    """CallFire's own category, such as DELIVERED or BOUNCED; an open vocabulary."""
    reported_at: datetime | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of the event's resource."""
        return "texts", self.text_id
