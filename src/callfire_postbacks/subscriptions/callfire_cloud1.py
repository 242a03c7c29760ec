"""Client of CallFire's cloud/1 callback API, with errors of its own.

CallFire holds one URL per scope (inferred; it has no way to list or read them) and replaces it with each request, so
that sending the same one again does no harm. Even so only what surely never reached CallFire is sent again by itself:
a connection that was not made. It ends, whatever hangs, within

    connect   3 attempts x 2 s for each address, a pause of at most 1.5 s    8 s
    answer    8 s to its first byte, and 8 s from there to its end          16 s
                                                                            24 s

which leaves the API's 30 s room for the rest. CallFire's description may echo what was sent, so secrets are
cut from it.
"""

import html
import re
import time
from http import HTTPStatus
from typing import ClassVar, Final, Literal
from urllib.parse import quote_plus

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.util import Retry

from callfire_postbacks import settings
from callfire_postbacks.subscriptions.problem import ProblemError

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 8
MAX_ANSWER_BYTES: Final = 65_536

# The documented answer is no well-formed XML (its declaration ends in `>`, not `?>`), its flag is called `success`
# there and `successful` in every client seen elsewhere, and an error may be a page of HTML. Two patterns read all of
# these; an XML parser reads none of them for sure.
_FLAG: Final = re.compile(rb"<(?:\w+:)?success(?:ful)?\s*>\s*(\w+)\s*<", re.IGNORECASE)
_DESCRIPTION: Final = re.compile(rb"<(?:\w+:)?description\s*>([^<]*)<", re.IGNORECASE)


AnswerOutcome = Literal["refused", "unavailable", "uncertain"]


class CallFireError(ProblemError):
    """CallFire did not say yes. The message may be passed on: it holds no secret."""

    outcome: ClassVar[AnswerOutcome]


class RefusedError(CallFireError):
    """CallFire said no, and everything is as it was. Asking again changes nothing until its reason is gone."""

    outcome = "refused"
    status = HTTPStatus.BAD_GATEWAY
    reason = "callfire-refused"


class UnavailableError(CallFireError):
    """CallFire took no request, and everything is as it was. Asking again later is safe, and may help."""

    outcome = "unavailable"
    status = HTTPStatus.GATEWAY_TIMEOUT
    reason = "callfire-unavailable"


class UncertainError(CallFireError):
    """CallFire may have done it or not: no answer, or none that says. Asking again is safe, and settles it."""

    outcome = "uncertain"
    status = HTTPStatus.GATEWAY_TIMEOUT
    reason = "callfire-uncertain"


def set_callback(subscription: str, postback_url: str, *, api_key: str) -> str:
    """Have CallFire post to a URL, and return its description. An empty URL is the guess at how to stop it.

    Raises a CallFireError.
    """
    return _request("POST", subscription, {"apikey": api_key, "postUrl": postback_url})


def delete_callback(subscription: str, *, api_key: str) -> str:
    """Have CallFire stop, by a DELETE that it does not document, and return its description. Raises a CallFireError."""
    return _request("DELETE", subscription, {"apikey": api_key})


def _request(method: Literal["POST", "DELETE"], subscription: str, form: dict[str, str]) -> str:
    try:
        # A session per request: a kept connection would have gone stale by the next, and be taken for no answer.
        with (
            _session() as session,
            session.request(
                method,
                f"{settings.subscriptions().callfire_url}/{subscription.replace('-', '/')}",
                data=form,
                headers={"accept-encoding": "identity"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,  # the key goes to the host it is meant for, or nowhere
                stream=True,
            ) as response,
        ):
            return _judge(response.status_code, _read(response), form)
    except requests.RequestException as error:
        reason = error.args[0] if error.args else None
        if isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError):
            raise UnavailableError("CallFire cannot be reached.") from None
        if isinstance(error, requests.ConnectTimeout):
            raise UnavailableError(f"CallFire took no connection within {CONNECT_SECONDS} s.") from None
        raise UncertainError(f"CallFire gave no answer ({type(error).__name__}).") from None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no .netrc and no proxy has a say in where the key goes
    retry = Retry(total=None, connect=2, read=False, status=0, other=0, backoff_factor=0.5, backoff_jitter=0.5)
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def _read(response: requests.Response) -> bytes:
    body = b""
    ends = time.monotonic() + READ_SECONDS
    for chunk in response.iter_content(8_192):
        body += chunk
        if len(body) >= MAX_ANSWER_BYTES or time.monotonic() > ends:
            break
    return body


def _judge(status: int, body: bytes, form: dict[str, str]) -> str:
    """Judge an answer: return CallFire's description where it said yes, or raise what else it said."""
    found = _DESCRIPTION.search(body)
    description = _clean(found[1], form) if found else ""
    flags = {flag.lower() for flag in _FLAG.findall(body)}
    said = f"HTTP {status}: {description}" if description else f"HTTP {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise UnavailableError(f"CallFire takes no request now, {said}")
    if b"false" in flags:
        raise RefusedError(f"CallFire refused, {said}")
    if flags == {b"true"} and status < HTTPStatus.MULTIPLE_CHOICES:
        return description
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RefusedError(f"CallFire refused, {said}")
    raise UncertainError(f"CallFire's answer says neither yes nor no, {said}")


def _clean(written: bytes, form: dict[str, str]) -> str:
    description = " ".join(html.unescape(written.decode(errors="replace")).split())
    postback_url = form.get("postUrl", "")
    for secret in (form["apikey"], postback_url, postback_url.rpartition("/")[2]):
        for spelling in {secret, quote_plus(secret)} - {""}:
            description = re.sub(re.escape(spelling), "[secret]", description, flags=re.IGNORECASE)
    return "".join(character for character in description if character.isprintable())[:300]
