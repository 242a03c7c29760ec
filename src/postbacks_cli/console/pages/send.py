"""Send: post a postback to the local stack, as CallFire would."""

from contextlib import suppress
from typing import Any, Final

import requests
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli import sending
from postbacks_cli.aws.stack import Stack
from postbacks_cli.console import bodies, rendering
from postbacks_cli.console.context import feed_of, form, is_fragment, page, stack_of
from postbacks_cli.console.indenting import indented
from postbacks_cli.console.pages.live import stream_url
from postbacks_cli.errors import CommandError
from postbacks_cli.samples import LATER_SAMPLES, SAMPLES
from postbacks_cli.variations import RANDOM, vary

_ALL: Final = SAMPLES | LATER_SAMPLES
_FIRST: Final = "call-finished"
_IDS: Final = ("callid", "Call/@id", "Text/@id", "Broadcast/@id", "resource/id", "campaign/id")
"""Fields that hold the id of a call, text or campaign, by generation."""


def compose(request: Request) -> Response:
    """Show a sample to edit and send."""
    if not stack_of(request).endpoint_url:
        raise CommandError(
            "This page sends to a local stack only: on AWS the stack stores only hashes of postback URLs."
        )
    name = request.query_params.get("sample", _FIRST)
    body = indented(_ALL.get(name, _ALL[_FIRST]).decode())
    return _page(request, stream_url(feed_of(request).newest()), chosen=name, body=body, fresh=True)


async def send(request: Request) -> Response:
    """Post the body, and show the answer: in the open page, or in a new one if its scripts have not loaded yet."""
    stream = stream_url(feed_of(request).newest())  # before sending, so that a new page lists the event too
    fields = await form(request)
    text, fresh = (fields.get("body") or [""])[0], "fresh" in fields
    body = text.encode()
    answer = await run_in_threadpool(_post, stack_of(request), _renewed(body) if fresh else body)
    shown: dict[str, Any] = {
        "answer": answer,
        "result": sending.read_answer(answer),
        "text": bodies.body(indented(answer.text)),
    }
    if is_fragment(request):
        return rendering.page("_sent.html", **shown)
    return _page(request, stream, body=text, fresh=fresh, **shown)


def _page(request: Request, stream: str, **values: Any) -> Response:  # noqa: ANN401  the template's values
    return page(request, "send.html", samples=_ALL, stream=stream, **values)


def _post(stack: Stack, body: bytes) -> requests.Response:
    return sending.post(sending.url_for(stack, body), body)


def _renewed(body: bytes) -> bytes:
    """Give the call, text or campaign of a body another id; return a body without one unchanged."""
    for field in _IDS:
        with suppress(ValueError, RecursionError):  # no such field, or no JSON
            return vary(body, {field: RANDOM})
    return body


routes: Final = [Route("/send", compose), Route("/send", send, methods=["POST"])]
