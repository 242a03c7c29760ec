"""Templates, and their helpers. All values are escaped, because texts come from strangers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse

from postbacks_cli import times
from postbacks_cli.console import texts
from postbacks_cli.events import event_rows
from postbacks_cli.terminal.options import kind_of

STATIC: Final = Path(__file__).parent / "static"

_environment: Final = Environment(
    loader=PackageLoader("postbacks_cli.console"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(name: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401  the template's values
    """Respond with a template."""
    return HTMLResponse(fragment(name, **values), status)


def fragment(name: str, **values: Any) -> str:  # noqa: ANN401  the template's values
    """Render a template to text."""
    return _environment.get_template(name).render(**values)


def bars(counts: Sequence[int], *, height: int) -> list[tuple[int, int, int]]:
    """Return value, top and height of a bar for each count, in a picture of the given height."""
    most = max([*counts, 1])
    heights = [max(round(height * count / most), 2 if count else 0) for count in counts]
    return [(count, height - bar, bar) for count, bar in zip(counts, heights, strict=True)]


_environment.filters |= {
    "kind": kind_of,
    "seconds": times.shown,
    "plain": texts.plain,
    "commands": texts.commands,
    "what": event_rows.what,
}
