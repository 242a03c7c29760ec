"""The error of every wire format: a body that is not a postback."""

from typing import Literal

Reason = Literal[
    "empty-body",
    "not-xml",
    "malformed-xml",
    "malformed-json",
    "forbidden-doctype",
    "unknown-encoding",
    "too-complex",
    "unknown-root",
]


class UnreadablePostbackError(Exception):
    """The body is not a postback; `reason` says why in one word, `detail` in a sentence that is safe to send back.

    `position` is the line and column of the error, both from 1, if it has one position.
    """

    def __init__(self, reason: Reason, detail: str, *, position: tuple[int, int] | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail
        self.position = position
