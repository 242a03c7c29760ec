"""Problems (RFC 9457): the HTTP answers to requests that failed, and the base class of errors that become one."""

from http import HTTPStatus
from typing import Any, ClassVar


class ProblemError(Exception):
    """A request cannot be carried out. The message is safe to send back."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    reason: ClassVar[str] = "unexpected"
    """The last part of the problem's type: "busy" in "urn:callfire-postbacks:problem:busy"."""


def build_problem(status: HTTPStatus, *, reason: str | None, detail: str | None) -> dict[str, Any]:
    """Return the body of an answer; without a reason, its type is that of the HTTP status alone."""
    return {
        "type": f"urn:callfire-postbacks:problem:{reason}" if reason else "about:blank",
        "title": status.phrase,
        "status": status,
        "detail": detail,
    }
