"""One request to CallFire, bounded in time and size, and its errors.

A request is retried only if it certainly never reached CallFire: if no connection was made. With `connects` attempts
and `read_seconds`, a request ends, whatever hangs, within

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

from callfire_postbacks.problem import ProblemError

CONNECT_SECONDS: Final = 2

AnswerOutcome = Literal["refused", "unavailable", "uncertain"]


class CallFireError(ProblemError):
    """CallFire did not confirm a request, and unless a subclass knows better, it is uncertain whether it processed it.

    The message contains no secret, so it may be passed on.
    """

    outcome: ClassVar[AnswerOutcome] = "uncertain"
    status = HTTPStatus.GATEWAY_TIMEOUT
    reason = "callfire-uncertain"


class RefusedError(CallFireError):
    """CallFire refused, and nothing has changed. A retry fails until the reason is removed."""

    outcome = "refused"
    status = HTTPStatus.BAD_GATEWAY
    reason = "callfire-refused"


class UnavailableError(CallFireError):
    """CallFire did not process the request, and nothing has changed. A later retry is safe and may succeed."""

    outcome = "unavailable"
    status = HTTPStatus.GATEWAY_TIMEOUT
    reason = "callfire-unavailable"


class UncertainError(CallFireError):
    """CallFire may or may not have processed the request: its answer is missing or unclear.

    A retry is safe and clears it up.
    """


class Response(NamedTuple):
    """CallFire's answer, with its body truncated at a limit."""

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
    """Send a request and return the answer.

    Raises:
        UnavailableError: No connection was made.
        UncertainError: No answer arrived.
    """
    try:
        # A session per request: a kept connection would be stale by the next request, and look like a missing answer.
        with (
            _session(connects) as session,
            session.request(
                method,
                url,
                headers={"accept-encoding": "identity", **(headers or {})},
                timeout=(CONNECT_SECONDS, read_seconds),
                allow_redirects=False,  # send the key to no other host
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
            raise UnavailableError(f"CallFire accepted no connection within {CONNECT_SECONDS} s.") from None
        raise UncertainError(f"CallFire gave no answer ({type(error).__name__}).") from None


def clean(text: str, secrets: Iterable[str]) -> str:
    """Put CallFire's text on one line of at most 300 characters, without the secrets that it may echo."""
    line = " ".join(text.split())
    for secret in secrets:
        for spelling in {secret, quote_plus(secret)} - {""}:
            line = re.sub(re.escape(spelling), "[secret]", line, flags=re.IGNORECASE)
    return "".join(character for character in line if character.isprintable())[:300]


def _session(connects: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # .netrc and proxies must not decide where the key goes
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
