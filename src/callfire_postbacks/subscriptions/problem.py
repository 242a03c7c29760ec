"""The base class of errors that the caller receives as an RFC 9457 problem."""

from http import HTTPStatus
from typing import ClassVar


class ProblemError(Exception):
    """A request cannot be carried out. The message is safe to send back."""

    status: ClassVar[HTTPStatus]
    reason: ClassVar[str]
    """The last part of the problem's type: "busy" in "urn:callfire-postbacks:problem:busy"."""
