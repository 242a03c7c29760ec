"""The typed events: what the `data` of each kind of event holds.

Every field is named and typed here once: the JSON, the JSON Schemas in docs/schemas and the consumers'
documentation follow from these classes. A field that a postback does not carry is None here and left
out of the JSON, which never holds a null or an empty string.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from callfire_events.parts import Agent, Attempt, CampaignStats, Contact, Cost, Media

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
"""What came of a call or text, in a closed vocabulary; `disposition` holds CallFire's own code."""

Direction = Literal["inbound", "outbound"]
"""Who began: inbound is from the contact to CallFire."""


@dataclass(frozen=True, kw_only=True)
class _Data:
    """What the data of every event has."""

    campaign_id: str | None = None
    assumed_time_zone: str | None = None
    """IANA name of the zone that cloud/1's timestamps were read in, which state none. Other formats' are in UTC."""
    wire_format: str
    """The format the postback came in: "cloud1", "api11" or "v2"."""
    unrecognized: dict[str, list[str]] | None = None
    """Path to values: everything the postback says that no other field holds."""
    repairs: list[str] | None = None
    """Names of the repairs without which the postback could not be read, an open vocabulary."""


@dataclass(frozen=True, kw_only=True)
class _Contact(_Data):
    """What calls and texts have in common."""

    phone_number: str | None = None
    """The contact's number, in E.164 where it is North American."""
    callfire_number: str | None = None
    """CallFire's side: a number in E.164, or a short code."""
    tags: list[str] | None = None
    disposition: str | None = None
    """CallFire's code as sent; an open vocabulary."""
    outcome: Outcome
    duration_seconds: int | None = None
    started_at: datetime | None = None
    """RFC 3339: when the last attempt began, or else when CallFire made the call or text."""
    notes: str | None = None
    extra_data: str | None = None
    agent: Agent | None = None
    stored_data: dict[str, str] | None = None
    recordings: list[str] | None = None
    """URLs; real ones need no login, so treat them as secrets."""
    direction: Direction | None = None
    """Absent where CallFire does not say it, as in cloud/1."""
    state: str | None = None
    """CallFire's own status of the call or text, such as FINISHED or INVALID; an open vocabulary."""
    batch_id: str | None = None
    created_at: datetime | None = None
    modified_at: datetime | None = None
    contact: Contact | None = None
    attributes: dict[str, str] | None = None
    """What the sender attached to the recipient."""
    attempts: list[Attempt] | None = None
    """As CallFire lists them; `duration_seconds` and `started_at` are those of the latest one."""


@dataclass(frozen=True, kw_only=True)
class CallFinished(_Contact):
    """A call has ended, inbound or outbound; cloud/1 does not say which."""

    TYPE: ClassVar = "com.callfire.call.finished.v1"
    call_id: str | None = None
    agent_call: bool | None = None
    """Whether it is an internal call to an agent."""

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "calls", self.call_id


@dataclass(frozen=True, kw_only=True)
class _Text(_Contact):
    text_id: str | None = None
    message: str | None = None
    media: list[Media] | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "texts", self.text_id


@dataclass(frozen=True, kw_only=True)
class TextSent(_Text):
    """A text went out to a contact."""

    TYPE: ClassVar = "com.callfire.text.sent.v1"


@dataclass(frozen=True, kw_only=True)
class TextReceived(_Text):
    """A contact replied with a text."""

    TYPE: ClassVar = "com.callfire.text.received.v1"
    reply_to_campaign_id: str | None = None
    """The campaign that was answered (inferred from the element's name, replyFromCampaign)."""


@dataclass(frozen=True, kw_only=True)
class TextDeliveryReported(_Data):
    """A carrier has reported what became of a text that went out."""

    TYPE: ClassVar = "com.callfire.text.delivery_reported.v1"
    text_id: str | None = None
    """The text that the report is about (inferred from the name, actionId)."""
    report_id: str | None = None
    phone_number: str | None = None
    """The contact's number, in E.164 where it is North American."""
    callfire_number: str | None = None
    delivery_state: str | None = None
    delivery_category: str | None = None
    """CallFire's word, such as DELIVERED or BOUNCED; an open vocabulary."""
    reported_at: datetime | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "texts", self.text_id


@dataclass(frozen=True, kw_only=True)
class _Campaign(_Data):
    name: str | None = None
    status: str | None = None
    """CallFire's own status; an open vocabulary that may differ from what the event's type says."""
    cost: Cost | None = None
    stats: CampaignStats | None = None
    kind: str | None = None
    """CallFire's word for the kind of campaign: VOICE, TEXT or IVR (api11), or the resource, CallBroadcast (v2)."""
    callfire_number: str | None = None
    tags: list[str] | None = None
    modified_at: datetime | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "campaigns", self.campaign_id


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(_Campaign):
    """A campaign has been started."""

    TYPE: ClassVar = "com.callfire.campaign.started.v1"


@dataclass(frozen=True, kw_only=True)
class CampaignStopped(_Campaign):
    """A campaign has been stopped before its end."""

    TYPE: ClassVar = "com.callfire.campaign.stopped.v1"


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(_Campaign):
    """A campaign has come to its end."""

    TYPE: ClassVar = "com.callfire.campaign.finished.v1"


@dataclass(frozen=True, kw_only=True)
class ContactListValidated(_Data):
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
        """Return the collection and the id of what the event is about."""
        return "contact-lists", self.contact_list_id


@dataclass(frozen=True, kw_only=True)
class Other(_Data):
    """CallFire has sent something that no other type is for."""

    TYPE: ClassVar = "com.callfire.other.v1"
    resource: str | None = None
    """CallFire's word for what it is about, such as LowBalance."""
    event: str | None = None
    """CallFire's word for what happened, such as Finished."""
    body: dict[str, Any] | None = None
    """What CallFire sent, in its own structure; each value is a string as written, and nothing is null or empty."""

    def subject(self) -> tuple[str, str | None]:
        """Return no id, since nothing is known of what the event is about."""
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
