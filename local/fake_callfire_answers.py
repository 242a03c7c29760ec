"""The fake CallFire's possible answers to a request: as documented, failing in various ways, or missing.

Each answer is a named function that handles a request. It receives `save`, which carries out the request, so a lost
answer can belong to a request that was carried out.
"""

import os
import socket
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response, jsonify, request

# As documented: the declaration is not well-formed.
SAVED: Final = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes">
<reportResponse>
<description>Saved</description>
<success>true</success>
</reportResponse>
"""
# The form of the only known error answer of CallFire; its answer to a wrong key is unknown.
_REFUSED: Final = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<reportResponse> <description>{}</description>
<successful>false</successful> </reportResponse>
"""
SLOW_SECONDS: Final = float(os.environ.get("CALLFIRE_SLOW_SECONDS", "10"))

Save = Callable[[], None]


def xml(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return an answer with CallFire's content type."""
    return Response(text, status, content_type="application/xml")


def refused(description: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a refusal."""
    return xml(_REFUSED.format(description), status)


def _documented(save: Save) -> Response:
    save()
    return xml(SAVED)


def _successful(save: Save) -> Response:
    save()
    return xml('<?xml version="1.0"?><campaignResponse><Successful> TRUE </Successful></campaignResponse>')


def _refuse(_: Save) -> Response:
    return refused(f"Not now; you sent {request.form['apikey']} and {request.form.get('postUrl')}")


def _html(_: Save) -> Response:
    return Response("<html><h1>We'll be back soon</h1></html>", HTTPStatus.OK, content_type="text/html")


def _empty(save: Save) -> Response:
    save()
    return Response(status=HTTPStatus.OK)


def _huge(_: Save) -> Response:
    return xml("<reportResponse>" + 10_000_000 * " " + "<success>true</success></reportResponse>")


def _fail(_: Save) -> Response:
    return Response("Internal Server Error", HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain")


def _redirect(_: Save) -> Response:
    return Response(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"location": request.url})


def _limit(_: Save) -> Response:
    return refused("Too many requests", HTTPStatus.TOO_MANY_REQUESTS)


def _slow(save: Save) -> Response:
    save()
    time.sleep(SLOW_SECONDS)
    return xml(SAVED)


def _lose(save: Save) -> Response:
    save()
    return _close_connection()


def _close_connection() -> Response:
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response()


ANSWERS: Final[dict[str, Callable[[Save], Response]]] = {
    "documented": _documented,
    "successful": _successful,
    "refuse": _refuse,
    "html": _html,
    "empty": _empty,
    "huge": _huge,
    "fail": _fail,
    "redirect": _redirect,
    "limit": _limit,
    "slow": _slow,
    "lose": _lose,
}


def answer_v2(how: str, carry_out: Callable[[], Response]) -> Response:
    """Answer a request to API v2 in a named way; `carry_out` carries out the request.

    documented    as documented
    lose, slow    carried out, with no answer or a late one
    vanish        not carried out, and no answer
    refuse, forbid, limit, fail, html, huge, redirect    not carried out
    """
    if how in _NOT_CARRIED_OUT:
        return _NOT_CARRIED_OUT[how]()
    answer = carry_out()
    if how == "lose":
        return _close_connection()
    if how == "slow":
        time.sleep(SLOW_SECONDS)
    return answer


def _refused_v2(status: HTTPStatus) -> Response:
    """Return a refusal that echoes the request, as the real CallFire may."""
    echoed = request.get_json(silent=True) or {}
    message = f"Not now; you sent {request.headers['authorization']} {echoed.get('callback')} {echoed.get('secret')}"
    answer = jsonify(httpStatusCode=status, internalCode=0, message=message)
    answer.status_code = status
    return answer


def _ignore() -> None:
    """Do not carry out the request."""


_NOT_CARRIED_OUT: Final[dict[str, Callable[[], Response]]] = {
    "vanish": _close_connection,
    "refuse": partial(_refused_v2, HTTPStatus.BAD_REQUEST),
    "forbid": partial(_refused_v2, HTTPStatus.FORBIDDEN),
    "limit": partial(_refused_v2, HTTPStatus.TOO_MANY_REQUESTS),
    "fail": partial(_fail, _ignore),
    "html": partial(_html, _ignore),
    "huge": partial(_huge, _ignore),
    "redirect": partial(_redirect, _ignore),
}
