"""Post to the deployed API over HTTP, as CallFire does."""

from typing import Any, NamedTuple

from local.stack import Stack
from postbacks_cli.web import session_for


class Answer(NamedTuple):
    """An answer, without the headers that differ between answers."""

    status: int
    content_type: str
    text: str
    json: dict[str, Any]


def post(url: str, body: bytes, content_type: str | None = None, *, content_encoding: str | None = None) -> Answer:
    """Post a body, without any content type or encoding unless given."""
    with session_for(url) as session:
        headers = {"Content-Type": content_type, "Content-Encoding": content_encoding}
        response = session.post(url, body, headers=headers, timeout=30)
    return Answer(response.status_code, response.headers["content-type"], response.text, response.json())


def url_of(stack: Stack, kind: str) -> str:
    """Return the live URL for a kind of sample."""
    return stack.postback_urls["campaignfinish" if kind == "campaign-finished" else "callfinish"]


def token_of(url: str) -> str:
    """Return the token in a postback URL."""
    return url.rpartition("/")[2]
