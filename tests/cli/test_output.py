"""Output to terminals and to other streams."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from postbacks_cli.terminal.output import emit, emit_json, emit_postback, printable
from tests.support.stack.terminal import PROGRAM, environment

STEERING = "\x1b[2J \x9b31m \u202e \u2028 \x07 \r"


def test_nothing_steers_a_terminal() -> None:
    """Control characters of both sets and bidirectional controls are shown as codes; letters are not."""
    assert printable(STEERING) == r"\x1b[2J \x9b31m \u202e \u2028 \x07 \r"
    assert printable("Sí, señor\n\t") == "Sí, señor\n\t"


def test_json_stays_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    """Escaped JSON parses to the same document, on one line or indented."""
    document = {"message": f"Sí 🙂 {STEERING}", "tags": ["a\nb"]}
    emit_json(document)
    line = capsys.readouterr().out
    assert json.loads(line) == document
    assert (line.count("\n"), line.isprintable()) == (1, False)
    assert line.rstrip("\n").isprintable()
    emit_json(document, indent=2)
    assert json.loads(capsys.readouterr().out) == document


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_characters_that_cannot_be_encoded_are_escaped(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """A stream with few characters gets codes, and JSON that parses to the same document."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    document = {"message": "日本語 🙂 café"}
    emit_json(document)
    emit(document["message"])
    sys.stdout.flush()
    line, text = written.getvalue().splitlines()
    assert json.loads(line.decode(encoding)) == document
    assert text.decode(encoding).startswith("\\u65e5\\u672c\\u8a9e \\U0001f642 caf")


@pytest.mark.parametrize("arguments", [["--help"], ["send", "日本語 🙂"]], ids=["help", "an error"])
def test_program_does_not_fail_on_its_encoding(tmp_path: Path, arguments: list[str]) -> None:
    """Help and errors use codes if the stream cannot encode them."""
    variables = environment({"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})  # which Python reads at its start
    ended = subprocess.run([PROGRAM, *arguments], capture_output=True, env=variables, cwd=tmp_path, check=False)
    assert (ended.stdout + ended.stderr).isascii()
    assert b"Traceback" not in ended.stderr


def test_postback_for_a_terminal(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe gets a postback byte for byte, and a terminal gets its printable form."""
    emit_postback(b"<a>\x1b\xff</a>")
    assert capfdbinary.readouterr().out == b"<a>\x1b\xff</a>"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    emit_postback(b"<a>\x1b\xff</a>")
    assert capfdbinary.readouterr().out == b"<a>\\x1b\\xff</a>\n"
