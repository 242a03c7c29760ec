"""The options that select events, the same for every command with a `Selection`."""

import functools
import inspect
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from postbacks_cli import times
from postbacks_cli.events.selection import Selection, on
from postbacks_cli.terminal.options import Outcomes, Phone, Types


def time_zone(name: str) -> tzinfo:
    """Return the time zone for an IANA name. Raises typer.BadParameter."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(f"{name!r} is not a time zone such as America/Los_Angeles or UTC.") from None


def _time(help: str) -> typer.models.OptionInfo:  # noqa: A002  Typer's own name
    option: typer.models.OptionInfo = typer.Option(metavar="TIME", help=help)
    return option


TimeZone = Annotated[
    tzinfo | None,
    typer.Option(
        "--time-zone", parser=time_zone, metavar="NAME", help="The time zone of dates and hours; UTC by default."
    ),
]

_OPTIONS: Final[dict[str, Any]] = {
    "campaign": Annotated[str | None, typer.Option(metavar="ID", help="Only events of this campaign.")],
    "phone": Phone,
    "types": Types,
    "outcomes": Outcomes,
    "received_since": Annotated[
        str | None, _time("Only postbacks received since then: 2h or 3d ago, 2026-03-01, or 2026-03-01T12:00:00Z.")
    ],
    "since": Annotated[str | None, _time("Only calls, texts and campaigns that ended since then.")],
    "until": Annotated[str | None, _time("Only those that ended by then; a date includes the whole day.")],
    "day": Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DAY",
            help="Only those that ended on that day: today, yesterday, or a date such as 2026-03-01.",
        ),
    ],
    "zone": TimeZone,
}


def selecting(command: Callable[..., None]) -> Callable[..., None]:
    """Replace a command's parameter `selection` by the options of a selection.

    A command with a parameter `zone` also receives the time zone.
    """
    own = inspect.signature(command).parameters

    @functools.wraps(command)
    def selected(*arguments: Any, **options: Any) -> None:  # noqa: ANN401  the command's own
        selected_by = {name: options.pop(name) for name in _OPTIONS}
        if "zone" in own:
            options["zone"] = selected_by["zone"] or UTC
        command(*arguments, selection=build(**selected_by), **options)

    parameters = [parameter for name, parameter in own.items() if name not in ("selection", "zone")]
    first = [one for one in parameters if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in _OPTIONS.items()
    ]
    merged = [*first, *options, *(one for one in parameters if one not in first)]
    vars(selected)["__signature__"] = inspect.Signature(merged)  # Typer reads this
    selected.__annotations__ = {one.name: one.annotation for one in merged}
    return selected


def build(
    *,
    day: str | None = None,
    since: str | None = None,
    until: str | None = None,
    received_since: str | None = None,
    zone: tzinfo | None = None,
    types: list[str] | None = None,
    outcomes: list[str] | None = None,
    **more: str | None,
) -> Selection:
    """Return the selection that options describe. Raises typer.BadParameter."""
    zone = zone or UTC
    if "" in (day, since, until, received_since, *(types or ()), *(outcomes or ()), *more.values()):
        raise typer.BadParameter("An option that selects events is empty.")
    if day and (since or until):
        raise typer.BadParameter("--on cannot be combined with --since or --until.")
    try:
        window: dict[str, datetime] = on(day, zone) if day else {}
        window |= {"since": times.first(since, zone)} if since else {}
        window |= {"until": times.last(until, zone)} if until else {}
        window |= {"received_since": times.first(received_since, zone)} if received_since else {}
        return Selection(**window, types=frozenset(types or ()), outcomes=frozenset(outcomes or ()), **more)  # type: ignore[arg-type]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
