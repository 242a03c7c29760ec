"""Post events to a consumer under development, as CloudEvents over HTTP (structured mode)."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import typer

from callfire_events.envelope import to_json
from postbacks_cli.web import session_for, status_text

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

_HEADERS: Final = {"content-type": "application/cloudevents+json; charset=UTF-8", "user-agent": "postbacks"}
_SECONDS: Final = 15
"""SNS waits equally long for a webhook's answer."""


def consumer_url(text: str) -> str:
    """Return a consumer's URL. Raises typer.BadParameter."""
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise typer.BadParameter(f"{text!r} is not a URL such as http://127.0.0.1:8080/hook.")
    return text


def forward(url: str, event: "EventDocument") -> str:
    """Post an event to a consumer once, and return its answer: "200 OK", or "no answer (ConnectionError)".

    No redirect is followed, and no proxy is used for a consumer on this machine.
    """
    import requests  # noqa: PLC0415  commands that send nothing start sooner

    with session_for(url) as session:
        try:
            answer = session.post(
                url, to_json(event).encode(), headers=_HEADERS, timeout=_SECONDS, allow_redirects=False, stream=True
            )
        except (requests.RequestException, ValueError) as error:
            return f"no answer ({type(error).__name__})"
    return status_text(answer.status_code)
