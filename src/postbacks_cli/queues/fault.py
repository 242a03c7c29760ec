"""The position of a rejected postback's error, for a reader of the body."""

from typing import Final

from postbacks_cli.decoding import lines_of, text_of
from postbacks_cli.queues.rejected_queue import RejectedPostback
from postbacks_cli.terminal.output import printable

_AROUND: Final = 36
"""Characters that are shown before and after the error."""


def excerpt(postback: RejectedPostback) -> str | None:
    """Return the text around the error with a mark below it, None if its position is unknown."""
    if postback.line is None or postback.column is None:
        return None
    lines = lines_of(text_of(postback.postback, is_text=postback.is_text))
    line, column = lines[min(postback.line, len(lines)) - 1], postback.column - 1
    before = printable(line[max(0, column - _AROUND) : column]).replace("\t", " ")
    after = printable(line[column : column + _AROUND]).replace("\t", " ")
    return f"Line {postback.line}, column {postback.column}: {postback.reason}\n{before}{after}\n{' ' * len(before)}^"
