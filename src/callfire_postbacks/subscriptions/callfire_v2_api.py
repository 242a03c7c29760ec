"""Requests to CallFire's API v2, by HTTP Basic and JSON, and the interpretation of its answers.

A request ends, whatever hangs, within

    connect   2 attempts x 2 s for each address, a pause of at most 0.5 s    4.5 s
    answer    4 s to its first byte, and 4 s from there to its end             8 s
                                                                            12.5 s

Sources: developers.callfire.com, and CallFire's own clients; never tried against the live service.
"""

import json
from base64 import b64encode
from http import HTTPStatus
from typing import Any, Final, Literal, NamedTuple

from callfire_postbacks import settings
from callfire_postbacks.subscriptions.callfire_http import (
    RefusedError,
    UnavailableError,
    UncertainError,
    clean,
    send,
)

CONNECTS: Final = 2
READ_SECONDS: Final = 4
MAX_ANSWER_BYTES: Final = 1_048_576
"""A page of 100 webhooks has about 60 kB."""


class Credentials(NamedTuple):
    """Login and password of CallFire's API; those of its website do not work."""

    login: str
    password: str


class NotFoundError(RefusedError):
    """CallFire has no such webhook."""


def fetch_list(path: str, credentials: Credentials, **parameters: object) -> dict[str, Any]:
    """Return a page of a list, whose "items" are objects. Raises RefusedError, UnavailableError.

    Reading changes nothing, so a missing or unreadable answer counts as no connection.
    """
    try:
        page = request("GET", path, credentials, params=parameters)
    except UncertainError as error:
        raise UnavailableError(str(error)) from None
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise UnavailableError("CallFire's answer is not a list.")
    return {**page, "items": items}


def request(
    method: Literal["GET", "POST", "PUT", "DELETE"],
    path: str,
    credentials: Credentials,
    *,
    secrets: tuple[str, ...] = (),
    **content: object,
) -> Any:  # noqa: ANN401  JSON
    """Send a request and return CallFire's answer, None for an empty body. Raises a CallFireError.

    The error's message quotes CallFire's text, without the credentials and the given secrets.
    """
    basic = b64encode(":".join(credentials).encode()).decode()
    response = send(
        method,
        f"{settings.subscriptions().callfire_v2_url}{path}",
        connects=CONNECTS,
        read_seconds=READ_SECONDS,
        max_bytes=MAX_ANSWER_BYTES,
        headers={"authorization": f"Basic {basic}", "accept": "application/json"},
        **content,
    )
    answer = _parse(response.body)
    message = clean(_message(answer), (*credentials, basic, *secrets))
    summary = f"HTTP {response.status}: {message}" if message else f"HTTP {response.status}"
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise UnavailableError(f"CallFire accepts no requests now, {summary}")
    if response.status == HTTPStatus.NOT_FOUND:
        raise NotFoundError(f"CallFire refused, {summary}")
    if response.status == HTTPStatus.UNAUTHORIZED:
        raise RefusedError(f"CallFire refused, {summary} (`postbacks set-credentials` stores other credentials)")
    if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RefusedError(f"CallFire refused, {summary}")
    is_unreadable = bool(response.body) and answer is None
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or is_unreadable:
        raise UncertainError(f"CallFire's answer is unclear, {summary}")
    return answer


def _parse(body: bytes) -> Any:  # noqa: ANN401  JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _message(answer: object) -> str:
    return str(answer.get("message") or answer.get("developerMessage") or "") if isinstance(answer, dict) else ""
