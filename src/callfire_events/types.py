"""The typed events: what the `data` of each kind of event holds.

Every field is named and typed here once: the JSON, the JSON Schemas in docs/schemas and the consumers'
documentation follow from these classes. A field that a postback does not carry is None here and left
out of the JSON, which never holds a null or an empty string.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

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


@dataclass(frozen=True, kw_only=True)
class Agent:
    """The call-centre agent who took the call."""

    id: str | None = None
    response: str | None = None
    responded_at: str | None = None
    """RFC 3339, in the assumed time zone."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """An amount of money: a decimal number as a string, and an ISO 4217 currency."""

    amount: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class CampaignStats:
    """How many contacts of a campaign came to which end."""

    total: int | None = None
    dialed: int | None = None
    live: int | None = None
    machine: int | None = None
    no_answer: int | None = None
    do_not_call: int | None = None
    busy: int | None = None
    transferred: int | None = None
    error: int | None = None
    misc: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Data:
    """What the data of every event has."""

    campaign_id: str | None = None
    assumed_time_zone: str | None = None
    """IANA name of the zone that CallFire's stamps were read in; CallFire states none."""
    wire_format: str
    """The format the postback came in, "cloud1"."""
    unrecognized: dict[str, list[str]] | None = None
    """Element path to values: everything the postback says that no other field holds."""


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
    started_at: str | None = None
    """RFC 3339, in the assumed time zone."""
    notes: str | None = None
    extra_data: str | None = None
    agent: Agent | None = None
    stored_data: dict[str, str] | None = None
    recordings: list[str] | None = None
    """URLs; real ones need no login, so treat them as secrets."""


@dataclass(frozen=True, kw_only=True)
class CallFinished(_Contact):
    """A call, inbound or outbound (CallFire does not say which), has ended."""

    TYPE: ClassVar = "com.callfire.call.finished.v1"
    call_id: str | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "calls", self.call_id


@dataclass(frozen=True, kw_only=True)
class _Text(_Contact):
    text_id: str | None = None
    message: str | None = None

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
class CampaignFinished(_Data):
    """A campaign has come to its end."""

    TYPE: ClassVar = "com.callfire.campaign.finished.v1"
    name: str | None = None
    status: str | None = None
    cost: Cost | None = None
    stats: CampaignStats | None = None

    def subject(self) -> tuple[str, str | None]:
        """Return the collection and the id of what the event is about."""
        return "campaigns", self.campaign_id


EventData = CallFinished | TextSent | TextReceived | CampaignFinished
