"""Options that several commands share, and their parsers."""

from typing import Annotated, Final, get_args

import typer

from callfire_events import (
    CallFinished,
    CampaignFinished,
    CampaignStarted,
    CampaignStopped,
    ContactListValidated,
    Other,
    TextDeliveryReported,
    TextReceived,
    TextSent,
)
from callfire_events.calls_and_texts import Outcome
from postbacks_cli.phone_numbers import normalized

KINDS: Final = {
    "call-finished": CallFinished.TYPE,
    "text-sent": TextSent.TYPE,
    "text-received": TextReceived.TYPE,
    "campaign-finished": CampaignFinished.TYPE,
    "campaign-started": CampaignStarted.TYPE,
    "campaign-stopped": CampaignStopped.TYPE,
    "text-delivery-reported": TextDeliveryReported.TYPE,
    "contact-list-validated": ContactListValidated.TYPE,
    "other": Other.TYPE,
}
"""Event types by their short names, which are those of the samples."""

OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)


def event_type(text: str) -> str:
    """Return the event type of a short name, or of a full type: "com.callfire.text.sent.v1"."""
    if text in KINDS.values():
        return text
    if text not in KINDS:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(KINDS)}, nor a type such as {TextSent.TYPE}.")
    return KINDS[text]


def kind_of(event_type: str) -> str:
    """Return the short name of a type, or the type itself if it has none."""
    return next((kind for kind, known in KINDS.items() if known == event_type), event_type)


def outcome(text: str) -> str:
    """Return an outcome that events may have. Raises typer.BadParameter for another word."""
    if text not in OUTCOMES:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(OUTCOMES)}.")
    return text


Phone = Annotated[
    str | None,
    typer.Option(
        "--phone", parser=normalized, metavar="NUMBER", help="Only events with this number of a contact, in any form."
    ),
]
Types = Annotated[
    list[str] | None,
    typer.Option(
        "--type",
        parser=event_type,
        metavar="TYPE",
        help=f"Only events of this type: {', '.join(KINDS)}, or a full type. May be repeated.",
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        parser=outcome,
        metavar="WORD",
        help="Only events with this outcome, such as busy. May be repeated.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines instead of a table.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Reasons = Annotated[
    list[str] | None,
    typer.Option(
        "--reason",
        metavar="WORD",
        help="Only postbacks with this reason, as `postbacks rejected` shows it. May be repeated.",
    ),
]
