"""Tables fit the terminal and never truncate an id."""

import pytest
from rich.cells import cell_len

from postbacks_cli.terminal.tables import Column, emit_table, fitted

ID = "854589f2f8aa1f80bfb74d495d627c04"
COLUMNS = [Column("time"), Column("what"), Column("number"), Column("campaign", drop=1), Column("id", is_id=True)]


@pytest.mark.parametrize("what", ["call", "call transferred", "x" * 500, "界" * 300, "call\nbusy", "\x1b[31m", None])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_table_fits(what: str | None, width: int) -> None:
    """Each row is one line that fits the terminal and ends with the whole id."""
    rows = fitted(COLUMNS, [["03-01 12:00", what, "+12132212289", "9" * 20, ID]], width)
    lines = ["  ".join(row) for row in rows]
    assert max(map(cell_len, lines)) <= max(width, 78)
    assert lines[1].endswith(ID)
    assert "\x1b" not in lines[1]
    assert "\n" not in lines[1]


def test_column_that_matters_less_goes_first() -> None:
    """A less important column is left out if the terminal is too narrow for it."""
    row = ["03-01 12:00", "call transferred", "+12132212289", "22222", ID]
    assert [cell.strip() for cell in fitted(COLUMNS, [row], 80)[0]] == ["time", "what", "number", "id"]
    assert [cell.strip() for cell in fitted(COLUMNS, [row], 120)[1]] == row


def test_id_is_never_cut() -> None:
    """If a terminal is too narrow for an id, the line is longer and the id stays whole."""
    assert fitted(COLUMNS, [["03-01 12:00", "call busy", "+12132212289", None, ID]], 20)[1][-1] == ID


def test_square_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """Square brackets are ordinary characters, not markup."""
    emit_table([Column("a"), Column("b")], [["[red]y", None]])
    assert capsys.readouterr().out.splitlines() == ["a       b", "[red]y"]


def test_one_long_number_cuts_no_other() -> None:
    """A number that is too long is cut, and numbers of the usual length stay whole."""
    columns = [Column("what"), Column("number", least=12), Column("id", is_id=True)]
    rows = fitted(columns, [["call", "+12132212289", ID], ["text delivery reported", "9" * 40, ID]], 60)
    assert [row[1] for row in rows[1:]] == ["+12132212289", "9" * 11 + "…"]
