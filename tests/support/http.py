"""Posts to the deployed API as CallFire would, over HTTP."""

from typing import Any, NamedTuple

import requests

from local.stack import Stack


class Answer(NamedTuple):
    """What came back, without the headers that differ from answer to answer."""

    status: int
    content_type: str
    text: str
    json: dict[str, Any]


def post(url: str, body: bytes, content_type: str | None = None, *, content_encoding: str | None = None) -> Answer:
    """Post a body, without any content type or encoding unless one is given."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the user's
        headers = {"Content-Type": content_type, "Content-Encoding": content_encoding}
        response = session.post(url, body, headers=headers, timeout=30)
    return Answer(response.status_code, response.headers["content-type"], response.text, response.json())


def url_of(stack: Stack, kind: str) -> str:
    """The live URL through which a kind of sample comes."""
    return stack.postback_urls["campaignfinish" if kind == "campaign-finished" else "callfinish"]


def token_of(url: str) -> str:
    """The secret in a postback URL."""
    return url.rpartition("/")[2]
