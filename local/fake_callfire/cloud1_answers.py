"""The possible answers to a request to cloud/1: as documented, failing in various ways, or missing.

Each answer is a named function that handles a request. It receives `save`, which carries out the request, so a lost
answer can belong to a request that was carried out.
"""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response, request

from local.fake_callfire import answers

# As documented: the declaration is not well-formed.
_SAVED: Final = """\
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

Save = Callable[[], None]


def refused(description: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return a refusal."""
    return _xml(_REFUSED.format(description), status)


def _xml(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, status, content_type="application/xml")


def _documented(save: Save) -> Response:
    save()
    return _xml(_SAVED)


def _successful(save: Save) -> Response:
    save()
    return _xml('<?xml version="1.0"?><campaignResponse><Successful> TRUE </Successful></campaignResponse>')


def _empty(save: Save) -> Response:
    save()
    return Response(status=HTTPStatus.OK)


def _slow(save: Save) -> Response:
    save()
    time.sleep(answers.SLOW_SECONDS)
    return _xml(_SAVED)


def _lose(save: Save) -> Response:
    save()
    return answers.close_connection()


def _refuse(_: Save) -> Response:
    return refused(f"Not now; you sent {request.form['apikey']} and {request.form.get('postUrl')}")


ANSWERS: Final[dict[str, Callable[[Save], Response]]] = {
    "documented": _documented,
    "successful": _successful,
    "empty": _empty,
    "slow": _slow,
    "lose": _lose,
    "refuse": _refuse,
    "limit": lambda _: refused("Too many requests", HTTPStatus.TOO_MANY_REQUESTS),
    "html": lambda _: answers.html(),
    "huge": lambda _: answers.huge(),
    "fail": lambda _: answers.fail(),
    "redirect": lambda _: answers.redirect(),
}
