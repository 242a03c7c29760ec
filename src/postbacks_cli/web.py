"""HTTP requests to URLs that the user gives."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def session_for(url: str) -> "requests.Session":
    """Return a session that uses no proxy if the URL is on this machine. Raises ValueError."""
    import requests  # noqa: PLC0415  commands that send nothing start sooner

    session = requests.Session()
    session.trust_env = urlsplit(url).hostname not in _LOOPBACK
    return session


def status_text(status: int) -> str:
    """Return a status and its phrase, if it has one: "200 OK", "520"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:  # 299 or 520, of a proxy
        return f"{status}"
