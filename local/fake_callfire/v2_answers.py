"""The possible answers to a request to API v2, by name.

documented    as documented
lose, slow    carried out, with no answer or a late one
vanish        not carried out, and no answer
refuse, forbid, limit, fail, html, huge, redirect    not carried out
"""

import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response, jsonify, request

from local.fake_callfire import answers


def answer(how: str, carry_out: Callable[[], Response]) -> Response:
    """Answer a request in a named way; `carry_out` carries out the request."""
    if how in _NOT_CARRIED_OUT:
        return _NOT_CARRIED_OUT[how]()
    done = carry_out()
    if how == "lose":
        return answers.close_connection()
    if how == "slow":
        time.sleep(answers.SLOW_SECONDS)
    return done


def error(status: HTTPStatus, message: str) -> Response:
    """Return an error as CallFire documents it."""
    returned = jsonify(httpStatusCode=status, internalCode=0, message=message, developerMessage="", helpLink="")
    returned.status_code = status
    return returned


def _refuse(status: HTTPStatus) -> Response:
    """Return a refusal that echoes the request, as the real CallFire may."""
    echoed = request.get_json(silent=True) or {}
    return error(
        status,
        f"Not now; you sent {request.headers['authorization']} {echoed.get('callback')} {echoed.get('secret')}",
    )


_NOT_CARRIED_OUT: Final[dict[str, Callable[[], Response]]] = {
    "vanish": answers.close_connection,
    "refuse": partial(_refuse, HTTPStatus.BAD_REQUEST),
    "forbid": partial(_refuse, HTTPStatus.FORBIDDEN),
    "limit": partial(_refuse, HTTPStatus.TOO_MANY_REQUESTS),
    "fail": answers.fail,
    "html": answers.html,
    "huge": answers.huge,
    "redirect": answers.redirect,
}
