"""Send: a postback to the local stack, as CallFire would post it."""

import json
import re
import secrets
from typing import Any, Final

import requests
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli.console import bodies, rendering
from postbacks_cli.console.context import form, page, stack_of
from postbacks_cli.errors import CommandError
from postbacks_cli.samples import LATER_SAMPLES, SAMPLES
from postbacks_cli.stack import Stack

_ALL: Final = SAMPLES | LATER_SAMPLES
_FIRST: Final = "call-finished"
_SECONDS: Final = 35
"""API Gateway answers within 30."""
_CALL_ID: Final = re.compile(r"(<callid>)[^<]*(</callid>)")


def compose(request: Request) -> Response:
    """Show a sample to send, or to change first."""
    stack = stack_of(request)
    if not stack.endpoint_url:
        raise CommandError("Only a local stack can be sent to from here: on AWS nothing keeps the postback URLs.")
    name = request.query_params.get("sample", _FIRST)
    body = bodies.indented(_ALL.get(name, _ALL[_FIRST]))
    return page(request, "send.html", samples=_ALL, chosen=name, body=body, names=sorted(stack.postback_urls))


async def send(request: Request) -> Response:
    """Post the body, and show the answer."""
    fields = await form(request)
    text = (fields.get("body") or [""])[0]
    if "fresh" in fields:
        text = _CALL_ID.sub(rf"\g<1>{secrets.randbelow(900_000_000) + 100_000_000}\g<2>", text)
    answer = await run_in_threadpool(_post, stack_of(request), text.encode())
    return rendering.page("_sent.html", status=answer.status_code, answer=_read(answer), text=answer.text)


def _post(stack: Stack, body: bytes) -> requests.Response:
    subscription = "campaignfinish" if b"<campaign-finished" in body else "callfinish"
    url = stack.postback_urls.get(subscription)
    if url is None:
        raise CommandError(f"{subscription} is not subscribed on this stack. Run `make down`, then `make up`.")
    kind = "application/json" if body.lstrip().startswith(b"{") else "text/xml; charset=UTF-8"
    headers = {"content-type": kind, "user-agent": "postbacks"}
    with requests.Session() as session:
        session.trust_env = False  # no proxy between this machine and itself
        try:
            return session.post(url, body, headers=headers, timeout=_SECONDS, allow_redirects=False)
        except requests.RequestException as error:  # its message would quote the URL, which is a secret
            raise CommandError(f"The stack does not answer ({type(error).__name__}).") from None


def _read(answer: requests.Response) -> dict[str, Any]:
    try:
        read = json.loads(answer.text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


routes: Final = [Route("/send", compose), Route("/send", send, methods=["POST"])]
