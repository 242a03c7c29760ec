"""What is written to a terminal, and to what is none."""

import json
import sys

import pytest

from postbacks_cli.output import emit_json, emit_postback, emit_table, printable

STEERING = "\x1b[2J \x9b31m \u202e \u2028 \x07 \r"


def test_nothing_steers_a_terminal() -> None:
    """Control characters of both sets, and what reorders text, are shown by their codes; letters are not."""
    assert printable(STEERING) == r"\x1b[2J \x9b31m \u202e \u2028 \x07 \r"
    assert printable("Sí, señor\n\t") == "Sí, señor\n\t"


def test_json_stays_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    """What is escaped in JSON reads as what it was, on one line or indented."""
    document = {"message": f"Sí 🙂 {STEERING}", "tags": ["a\nb"]}
    emit_json(document)
    line = capsys.readouterr().out
    assert json.loads(line) == document
    assert (line.count("\n"), line.isprintable()) == (1, False)
    assert line.rstrip("\n").isprintable()
    emit_json(document, indent=2)
    assert json.loads(capsys.readouterr().out) == document


def test_postback_for_a_terminal(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A postback goes into a pipe byte for byte, and to a terminal as far as it can be shown there."""
    emit_postback(b"<a>\x1b\xff</a>")
    assert capfdbinary.readouterr().out == b"<a>\x1b\xff</a>"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    emit_postback(b"<a>\x1b\xff</a>")
    assert capfdbinary.readouterr().out == b"<a>\\x1b\\xff</a>\n"


def test_table_keeps_a_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No cell is cut off or broken, however long; what looks like mark-up is none."""
    emit_table(["a", "b"], [["x" * 500, "[red]y"], [None, "z"]])
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["a", "b"]
    assert first.split() == ["x" * 500, "[red]y"]
    assert second.split() == ["z"]
