"""Client of CallFire's cloud/1 callback API.

CallFire stores one URL per scope (inferred; its API cannot list or read them) and replaces it with each request, so
sending the same request again is safe. A request ends, whatever hangs, within

    connect   3 attempts x 2 s for each address, a pause of at most 1.5 s    8 s
    answer    8 s to its first byte, and 8 s from there to its end          16 s
                                                                            24 s

which leaves enough of the API's 30 s for the rest. CallFire's description may echo the request, so secrets are removed
from it.
"""

import html
import re
from http import HTTPStatus
from typing import Final, Literal

from callfire_postbacks import settings
from callfire_postbacks.subscriptions.callfire_http import (
    RefusedError,
    Response,
    UnavailableError,
    UncertainError,
    clean,
    send,
)

CONNECTS: Final = 3
READ_SECONDS: Final = 8
MAX_ANSWER_BYTES: Final = 65_536

# The documented answer is not well-formed XML (its declaration ends in `>`, not `?>`). Its flag is called `success`
# there and `successful` in every client seen elsewhere, and an error may be an HTML page. Two patterns read all of
# these; an XML parser would fail on some.
_FLAG: Final = re.compile(rb"<(?:\w+:)?success(?:ful)?\s*>\s*(\w+)\s*<", re.IGNORECASE)
_DESCRIPTION: Final = re.compile(rb"<(?:\w+:)?description\s*>([^<]*)<", re.IGNORECASE)


def set_callback(subscription: str, postback_url: str, *, api_key: str) -> str:
    """Set CallFire's postback URL, and return CallFire's description. An empty URL presumably stops the postbacks.

    Raises a CallFireError.
    """
    return _request("POST", subscription, {"apikey": api_key, "postUrl": postback_url})


def delete_callback(subscription: str, *, api_key: str) -> str:
    """Ask CallFire to stop, by an undocumented DELETE, and return its description. Raises a CallFireError."""
    return _request("DELETE", subscription, {"apikey": api_key})


def _request(method: Literal["POST", "DELETE"], subscription: str, form: dict[str, str]) -> str:
    url = f"{settings.subscriptions().callfire_url}/{subscription.replace('-', '/')}"
    response = send(method, url, connects=CONNECTS, read_seconds=READ_SECONDS, max_bytes=MAX_ANSWER_BYTES, data=form)
    return _judge(response, form)


def _judge(response: Response, form: dict[str, str]) -> str:
    """Return CallFire's description if it confirmed the request; otherwise raise a CallFireError."""
    status = response.status
    found = _DESCRIPTION.search(response.body)
    description = _clean(found[1], form) if found else ""
    flags = {flag.lower() for flag in _FLAG.findall(response.body)}
    answer = f"HTTP {status}: {description}" if description else f"HTTP {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise UnavailableError(f"CallFire accepts no requests now, {answer}")
    if status == HTTPStatus.UNAUTHORIZED:
        raise RefusedError(f"CallFire refused, {answer} (`postbacks set-api-key` stores another key)")
    if b"false" in flags:
        raise RefusedError(f"CallFire refused, {answer}")
    if flags == {b"true"} and status < HTTPStatus.MULTIPLE_CHOICES:
        return description
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RefusedError(f"CallFire refused, {answer}")
    raise UncertainError(f"CallFire's answer is unclear, {answer}")


def _clean(written: bytes, form: dict[str, str]) -> str:
    postback_url = form.get("postUrl", "")
    secrets = (form["apikey"], postback_url, postback_url.rpartition("/")[2])
    return clean(html.unescape(written.decode(errors="replace")), secrets)
