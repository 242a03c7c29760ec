"""Helpers for every page of the console, and its responses."""

import json
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from postbacks_cli.aws.stack import Stack
from postbacks_cli.console import rendering
from postbacks_cli.console.feed import Feed

NAVIGATION: Final = (
    ("/", "Live"),
    ("/find", "Find"),
    ("/rejected", "Rejected"),
    ("/subscriptions", "Subscriptions"),
    ("/health", "Health"),
)
NOTICES: Final[dict[str, str]] = {
    "replayed": "Marked for replay. The relay publishes the event within about a minute.",
    "redriven": "Moved to the parked queue: {}. A postback that still cannot be read returns here.",
    "loaded": "Loaded the events of the last hour.",
    "subscribed": "{} is subscribed.",
    "rotated": "{} has a new URL. The old one works for one more hour.",
    "unsubscribed": "{} is unsubscribed. Its URLs stop working within ten seconds.",
}
"""Notices that a page may show after a redirect: no other text from a URL is shown as a notice."""
_MAX_NOTICE: Final = 100
"""The longest subject of a notice, in characters."""


def stack_of(request: Request) -> Stack:
    """Return the stack that the console shows."""
    stack: Stack = request.app.state.stack
    return stack


def feed_of(request: Request) -> Feed:
    """Return the live feed."""
    feed: Feed = request.app.state.feed
    return feed


def is_fragment(request: Request) -> bool:
    """Return whether htmx requests a part of an open page."""
    return request.headers.get("hx-request") == "true"


def page(request: Request, name: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:  # noqa: ANN401  what its template names
    """Respond with a page: the given values, and those that every page shows."""
    everywhere = {
        "path": request.url.path,
        "stack": stack_of(request),
        "navigation": _navigation(request),
        "section": section_of(request),
        "notice": _notice(request),
        "q": request.query_params.get("q", "").strip(),
    }
    return rendering.page(name, status=status, **everywhere | values)


def section_of(request: Request) -> tuple[str, str]:
    """Return address and name of the main page that a page belongs to; Live if it belongs to none."""
    path = request.url.path
    return next(one for one in reversed(_navigation(request)) if path.startswith(one[0]))  # every path starts with "/"


def _navigation(request: Request) -> tuple[tuple[str, str], ...]:
    return (*NAVIGATION, ("/send", "Send")) if stack_of(request).endpoint_url else NAVIGATION


def loading(request: Request, title: str, message: str) -> Response:
    """Respond at once with a page whose content htmx then requests: reading it is too slow for a first paint."""
    path = request.scope["raw_path"].decode()  # as the browser sent it: with %2525 for "%25"
    url = f"{path}?{request.url.query}" if request.url.query else path
    return page(request, "loading.html", title=title, message=message, url=url)


def open_instead(path: str) -> Response:
    """Respond to htmx: open another page, which replaces this one in the browser's history.

    With `hx-redirect`, the back button would return here, and from here forward again.
    """
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"hx-trigger": json.dumps({"open-instead": path})})


def back_to(path: str, notice: str, of: str = "") -> Response:
    """Respond to a POST with a redirect to a page that shows a notice."""
    query = urlencode({"notice": notice} | ({"of": of} if of else {}))
    return RedirectResponse(f"{path}?{query}", HTTPStatus.SEE_OTHER)


async def form(request: Request) -> dict[str, list[str]]:
    """Read the fields of a form, each with its list of values."""
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return fields


def _notice(request: Request) -> str | None:
    sentence = NOTICES.get(request.query_params.get("notice", ""))
    return sentence.format(request.query_params.get("of", "")[:_MAX_NOTICE]) if sentence else None
