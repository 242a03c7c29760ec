"""Output: data on stdout, messages on stderr.

Callers and senders of texts wrote much of the data. No character of it may control the terminal, so unprintable
characters are shown by their codes, and so are those that the terminal or pipe cannot encode (cp1252 on Windows,
ASCII). If the output is not a terminal, a postback is written byte for byte.
"""

import io
import json
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import typer
from rich.console import Console

_WIDE: Final = 10_000
"""Columns, so that no line of data is wrapped here; a narrower terminal wraps lines itself."""

_STEERING: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of control, format and surrogate characters, and of line and paragraph separators."""

stdout = Console(markup=False, highlight=False, emoji=False, width=_WIDE)
stderr = Console(markup=False, highlight=False, emoji=False, stderr=True)


def escape_what_cannot_be_encoded() -> None:
    """Make stdout and stderr escape characters that they cannot encode, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, *, style: str | None = None) -> None:
    """Print a message that is not data."""
    stderr.print(printable(text), style=style, soft_wrap=True)


def counted(number: int, noun: str) -> str:
    """Put a number before a noun: "1 event", "2,000 events"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def emit(line: str) -> None:
    """Write a line of data."""
    typer.echo(printable(line))


def emit_json(value: Any, *, indent: int | None = None) -> None:  # noqa: ANN401  JSON
    """Write JSON: a document on one line (several make JSON lines), or indented for people."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    typer.echo(_escape(text, lambda character: json.dumps(character)[1:-1]))  # still the same JSON document


def emit_postback(body: bytes) -> None:
    """Write a postback byte for byte; on a terminal, escape unprintable characters."""
    if sys.stdout.isatty():
        typer.echo(printable(body.decode(errors="backslashreplace")))
    else:
        typer.echo(body, nl=False)


def printable(text: str) -> str:
    r"""Escape characters that could control a terminal or reorder a line, as "\x9b" or "\u202e"."""
    return _escape(text, lambda character: character.encode("unicode_escape").decode())


def _escape(text: str, escape: Callable[[str], str]) -> str:
    encoding = sys.stdout.encoding or "utf-8"
    return "".join(escape(character) if _is_escaped(character, encoding) else character for character in text)


def _is_escaped(character: str, encoding: str) -> bool:
    if character.isascii():
        return not character.isprintable() and character not in "\n\t"
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return True
    return unicodedata.category(character) in _STEERING
