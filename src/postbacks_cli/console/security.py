"""Access to the console: only for a browser on this machine that was opened with the key of this run.

The key is only in the first URL. It becomes a cookie that scripts cannot read and other sites cannot send, so another
site can neither read the console nor submit its forms. The Host header is checked against DNS rebinding.
"""

import secrets
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # without a referrer, browsers send no Origin with a form
    "x-content-type-options": "nosniff",
}
_SAFE_METHODS: Final = ("GET", "HEAD")


class Guard:
    """ASGI middleware that accepts only requests with the key, from this origin, and adds the security headers."""

    def __init__(self, app: ASGIApp, *, key: str, port: int) -> None:
        self._app = app
        self._key = key
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._cookie = f"postbacks-console-{port}"  # browsers share cookies between the ports of a host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        answer = self._refuse_or_let_in(Request(scope))
        await (answer or self._app)(scope, receive, send_guarded)

    def _refuse_or_let_in(self, request: Request) -> Response | None:
        """Return a response that refuses a request or sets the cookie, None to pass the request on."""
        if request.headers.get("host") not in self._hosts:
            return _refusal("This console answers only on its own address.", HTTPStatus.MISDIRECTED_REQUEST)
        if request.method not in _SAFE_METHODS and not self._is_own_origin(request.headers):
            return _refusal("Another site sent this request.", HTTPStatus.FORBIDDEN)
        if self._matches(request.query_params.get("key", "")):
            answer = RedirectResponse(request.url.path, HTTPStatus.SEE_OTHER)
            answer.set_cookie(self._cookie, self._key, httponly=True, samesite="strict", path="/")
            return answer
        if not self._matches(request.cookies.get(self._cookie, "")):
            return _refusal(
                "Open the address that `postbacks console` printed: it holds the key.", HTTPStatus.FORBIDDEN
            )
        return None

    def _is_own_origin(self, headers: Headers) -> bool:
        return headers.get("origin") in [f"http://{host}" for host in self._hosts]

    def _matches(self, key: str) -> bool:
        return secrets.compare_digest(key.encode(), self._key.encode())


def _refusal(reason: str, status: HTTPStatus) -> Response:
    return PlainTextResponse(f"{reason}\n", status)
