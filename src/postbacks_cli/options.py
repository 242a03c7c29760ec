"""Options that several commands take, and what they are read as."""

import re
from datetime import datetime
from typing import Annotated, Final

import typer

from callfire_events.types import CallFinished, CampaignFinished, TextReceived, TextSent
from postbacks_cli import times

KINDS: Final = {
    "call-finished": CallFinished.TYPE,
    "text-sent": TextSent.TYPE,
    "text-received": TextReceived.TYPE,
    "campaign-finished": CampaignFinished.TYPE,
}
"""Types of events, by what they are called here: as their samples are."""

_SEPARATORS: Final = re.compile(r"[\s().-]")
_NORTH_AMERICAN: Final = re.compile(r"\+?1?([0-9]{10})")


def phone_number(text: str) -> str:
    """Write a number as events have it: E.164 where it is North American, else as given, a short code for instance."""
    number = _SEPARATORS.sub("", text)
    found = _NORTH_AMERICAN.fullmatch(number)
    return f"+1{found[1]}" if found else number


def event_type(text: str) -> str:
    """Return the type of a kind, or of a type: "com.callfire.text.sent.v1"."""
    if text in KINDS.values():
        return text
    if text not in KINDS:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(KINDS)}, nor a type such as {TextSent.TYPE}.")
    return KINDS[text]


def kind_of(event_type: str) -> str:
    """Return what a type is called here, or one that has no such name as it is."""
    return next((kind for kind, known in KINDS.items() if known == event_type), event_type)


Phone = Annotated[
    str | None,
    typer.Option("--phone", parser=phone_number, metavar="NUMBER", help="The contact's number: 2132212289 will do."),
]
Types = Annotated[
    list[str] | None,
    typer.Option(
        "--type", parser=event_type, metavar="TYPE", help=f"One of {', '.join(KINDS)}, or in full; may be repeated."
    ),
]
Since = Annotated[
    datetime | None,
    typer.Option(parser=times.parse, metavar="TIME", help="From 2026-03-01T12:00:00Z, 2026-03-01 (UTC), 2h or 3d ago."),
]
Until = Annotated[datetime | None, typer.Option(parser=times.parse, metavar="TIME", help="Until then, included.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Reasons = Annotated[
    list[str] | None,
    typer.Option("--reason", metavar="WORD", help="For this reason, as `postbacks rejected` says it; may be repeated."),
]
