"""Tables that fit the terminal: less important columns are dropped first, then long cells are cut, but never an id."""

import shutil
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from postbacks_cli.terminal.output import printable, stdout

_GAP: Final = "  "


class Column(NamedTuple):
    """A column of a table."""

    name: str
    drop: int = 0
    """Columns that do not fit are dropped, the highest number first; those with 0 are always shown."""
    is_id: bool = False
    """An id is meant to be copied, so it is never cut."""
    least: int = 8
    """Characters that remain of a cell that is cut."""


def emit_table(columns: Sequence[Column], rows: Iterable[Iterable[str | None]], *, width: int | None = None) -> None:
    """Write a table, each row on one line that fits the terminal, or 80 columns without one."""
    for number, cells in enumerate(fitted(columns, rows, width or shutil.get_terminal_size().columns)):
        stdout.print(Text(_GAP.join(cells).rstrip(), style="" if number else "bold"))


def fitted(columns: Sequence[Column], rows: Iterable[Iterable[str | None]], width: int) -> list[list[str]]:
    """Return head and rows padded to the column widths, as narrow as possible without cutting ids."""
    table = [[column.name for column in columns], *([_one_line(cell) for cell in row] for row in rows)]
    widths = [max(cell_len(row[place]) for row in table) for place in range(len(columns))]
    kept = list(range(len(columns)))
    for place in sorted(kept, key=lambda place: -columns[place].drop):
        if columns[place].drop and _together(widths, kept) > width:
            kept.remove(place)
    while (excess := _together(widths, kept) - width) > 0:
        wide = [place for place in kept if not columns[place].is_id and widths[place] > columns[place].least]
        if not wide:
            break
        widest = max(wide, key=lambda place: widths[place])
        widths[widest] = max(columns[widest].least, widths[widest] - excess)
    return [[_cell(row[place], widths[place]) for place in kept] for row in table]


def _one_line(cell: str | None) -> str:
    return " ".join(printable(cell or "").split("\n"))


def _together(widths: list[int], kept: list[int]) -> int:
    return sum(widths[place] for place in kept) + len(_GAP) * (len(kept) - 1)


def _cell(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text)) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
