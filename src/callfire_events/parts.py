"""The parts of an event's data that have fields of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


class Comparable:
    """Compare and show objects by their fields.

    The methods that `dataclass` would generate for each class take a fortieth of a cold start.
    """

    __hash__ = None  # type: ignore[assignment]  # as of every mutable dataclass

    def __eq__(self, other: object) -> bool:
        """Return whether the other object has the same class and fields."""
        return type(self) is type(other) and vars(self) == vars(other)

    def __repr__(self) -> str:
        """Show the fields that have a value."""
        fields = ", ".join(f"{name}={field!r}" for name, field in vars(self).items() if field is not None)
        return f"{type(self).__name__}({fields})"


@dataclass_transform(kw_only_default=True, eq_default=False)
def keyword_class(cls: type[T]) -> type[T]:
    """Make a dataclass whose fields are keyword arguments."""
    return dataclass(kw_only=True, repr=False, eq=False)(cls)


@keyword_class
class Agent(Comparable):
    """The call-centre agent who took the call."""

    id: str | None = None
    response: str | None = None
    responded_at: datetime | None = None
    """RFC 3339; read in the assumed time zone."""


@keyword_class
class Cost(Comparable):
    """An amount of money: a decimal number as a string, and an ISO 4217 currency code."""

    amount: str
    currency: str


@keyword_class
class CampaignStats(Comparable):
    """The number of a campaign's contacts, by result."""

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


@keyword_class
class Recording(Comparable):
    """Details of a recording. Its URL is in the event's `recordings`."""

    id: str | None = None
    name: str | None = None
    state: str | None = None
    """CallFire's own status: RECORDING, READY or ERROR. The URL of a recording that is not ready may not work yet."""
    created_at: datetime | None = None
    duration_seconds: int | None = None
    size_bytes: int | None = None
    hash: str | None = None


@keyword_class
class Attempt(Comparable):
    """One attempt to call or text a contact, from CallFire's record."""

    id: str | None = None
    disposition: str | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    finished_at: datetime | None = None
    duration_seconds: int | None = None
    billed_amount: str | None = None
    """A decimal number as sent; CallFire does not state the unit."""
    to_number: str | None = None
    message: str | None = None
    """Present only if it differs from the event's message."""
    tags: list[str] | None = None
    notes: str | None = None
    recordings: list[Recording] | None = None


@keyword_class
class Contact(Comparable):
    """The contact: the other party of the call or text."""

    id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    zipcode: str | None = None
    home_phone: str | None = None
    work_phone: str | None = None
    mobile_phone: str | None = None
    extra_phone_1: str | None = None
    extra_phone_2: str | None = None
    extra_phone_3: str | None = None
    external_id: str | None = None
    external_system: str | None = None
    deleted: bool | None = None
    properties: dict[str, str] | None = None


@keyword_class
class Media(Comparable):
    """A picture or another file attached to a text."""

    id: str | None = None
    name: str | None = None
    account_id: str | None = None
    created_at: datetime | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    url: str | None = None
    """Needs no login, so treat it as a secret."""
