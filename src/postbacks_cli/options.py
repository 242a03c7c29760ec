"""Options that several commands take, and what they are read as."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import typer

from postbacks_cli import times


class Kind(StrEnum):
    """A kind of event, by the name of its sample."""

    CALL_FINISHED = "call-finished"
    TEXT_SENT = "text-sent"
    TEXT_RECEIVED = "text-received"
    CAMPAIGN_FINISHED = "campaign-finished"


_SEPARATORS: Final = re.compile(r"[\s().-]")
_NORTH_AMERICAN: Final = re.compile(r"\+?1?([0-9]{10})")


def phone_number(text: str) -> str:
    """Write a number as events have it: E.164 where it is North American, else as given, a short code for instance."""
    number = _SEPARATORS.sub("", text)
    found = _NORTH_AMERICAN.fullmatch(number)
    return f"+1{found[1]}" if found else number


def event_type(kind: Kind) -> str:
    """Return the type of a kind's events: "com.callfire.text.sent.v1"."""
    return f"com.callfire.{kind.replace('-', '.')}.v1"


def kind_of(event_type: str) -> str:
    """Return the kind of a type, or a type that has none as it is."""
    found = re.fullmatch(r"com\.callfire\.(\w+)\.(\w+)\.v1", event_type)
    return f"{found[1]}-{found[2]}" if found else event_type


Phone = Annotated[
    str | None,
    typer.Option("--phone", parser=phone_number, metavar="NUMBER", help="The contact's number: 2132212289 will do."),
]
Kinds = Annotated[
    list[Kind] | None, typer.Option("--type", metavar="TYPE", help=f"One of {', '.join(Kind)}; may be repeated.")
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
