"""One request to CallFire, bounded in time and size, and the errors that it can end in.

Only what surely never reached CallFire is sent again by itself: a connection that was not made. With `connects`
attempts and `read_seconds` a request ends, whatever hangs, within

    connect   connects x 2 s for each address, pauses of at most 1.5 s in all
    answer    read_seconds to its first byte, and read_seconds from there to its end
"""

import re
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar, Final, Literal, NamedTuple
from urllib.parse import quote_plus

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.util import Retry

from callfire_postbacks.subscriptions.problem import ProblemError

CONNECT_SECONDS: Final = 2

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


class Response(NamedTuple):
    """What CallFire answered, its body cut off at a limit."""

    status: int
    body: bytes


def send(  # noqa: PLR0913  a request and its limits
    method: Literal["GET", "POST", "PUT", "DELETE"],
    url: str,
    *,
    connects: int,
    read_seconds: float,
    max_bytes: int,
    headers: dict[str, str] | None = None,
    **content: Any,  # noqa: ANN401  requests' own
) -> Response:
    """Send a request and return the answer. Raises UnavailableError, and UncertainError where none came."""
    try:
        # A session per request: a kept connection would have gone stale by the next, and be taken for no answer.
        with (
            _session(connects) as session,
            session.request(
                method,
                url,
                headers={"accept-encoding": "identity", **(headers or {})},
                timeout=(CONNECT_SECONDS, read_seconds),
                allow_redirects=False,  # the key goes to the host it is meant for, or nowhere
                stream=True,
                **content,
            ) as response,
        ):
            return Response(response.status_code, _read(response, read_seconds, max_bytes))
    except requests.RequestException as error:
        reason = error.args[0] if error.args else None
        if isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError):
            raise UnavailableError("CallFire cannot be reached.") from None
        if isinstance(error, requests.ConnectTimeout):
            raise UnavailableError(f"CallFire took no connection within {CONNECT_SECONDS} s.") from None
        raise UncertainError(f"CallFire gave no answer ({type(error).__name__}).") from None


def clean(text: str, secrets: Iterable[str]) -> str:
    """Put CallFire's words on one line of at most 300 characters, without the secrets that they may echo."""
    words = " ".join(text.split())
    for secret in secrets:
        for spelling in {secret, quote_plus(secret)} - {""}:
            words = re.sub(re.escape(spelling), "[secret]", words, flags=re.IGNORECASE)
    return "".join(character for character in words if character.isprintable())[:300]


def _session(connects: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no .netrc and no proxy has a say in where the key goes
    retry = Retry(
        total=None, connect=connects - 1, read=False, status=0, other=0, backoff_factor=0.5, backoff_jitter=0.5
    )
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def _read(response: requests.Response, seconds: float, max_bytes: int) -> bytes:
    body = b""
    ends = time.monotonic() + seconds
    for chunk in response.iter_content(8_192):
        body += chunk
        if len(body) >= max_bytes or time.monotonic() > ends:
            break
    return body
