"""Live: events as they are published, newest first."""

from collections.abc import AsyncIterator, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli.console import rendering
from postbacks_cli.console.context import back_to, feed_of, page
from postbacks_cli.console.feed import Kept
from postbacks_cli.phone_numbers import normalized
from postbacks_cli.terminal.options import KINDS, OUTCOMES

if TYPE_CHECKING:
    from callfire_events.envelope import EventDocument

SHOWN: Final = 100
FILTERS: Final = ("type", "campaign", "number", "outcome", "generation")
GENERATIONS: Final = {"cloud1": "cloud/1", "api11": "API 1.1", "v2": "API v2"}
_HEIGHT: Final = 40
"""The height of the sparkline, in SVG units."""


def live(request: Request) -> Response:
    """Show the newest kept events, and add new ones as they arrive."""
    chosen = _chosen(request)
    known = feed_of(request).newest()
    matching = [kept.arrival for kept in known if _matches(kept.arrival.event, chosen)]
    return page(
        request,
        "live.html",
        arrivals=matching[:SHOWN],
        older=len(matching) - SHOWN,
        known=len(known),
        chosen=chosen,
        kinds=KINDS,
        outcomes=OUTCOMES,
        generations=GENERATIONS,
        stream=stream_url(known, chosen),
        **_sparkline(request),
    )


def stream_url(known: Iterable[Kept], chosen: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the URL of the stream of the events after the known ones that pass the filters."""
    return f"/stream?{urlencode({**chosen, 'after': max((kept.number for kept in known), default=0)})}"


def sparkline(request: Request) -> Response:
    """Show the number of postbacks in each minute of the last hour."""
    return rendering.page("_sparkline.html", **_sparkline(request))


def stream(request: Request) -> Response:
    """Stream rows of events as server-sent events: those after the page's newest, or after the last one received."""
    chosen, feed = _chosen(request), feed_of(request)
    after = max(map(_number, (request.query_params.get("after"), request.headers.get("last-event-id"))))

    async def rows() -> AsyncIterator[dict[str, str]]:
        async for number, arrival in feed.stream(after):
            if _matches(arrival.event, chosen):
                row = rendering.fragment("_row.html", arrival=arrival, is_new=True)
                yield {"event": "row", "id": str(number), "data": row}

    return EventSourceResponse(rows())


def load(request: Request) -> Response:
    """Load the events of the last hour from the table."""
    feed_of(request).load_last_hour()
    return back_to("/", "loaded")


def _sparkline(request: Request) -> dict[str, Any]:
    feed = feed_of(request)
    counts = feed.per_minute()
    bars = rendering.bars(counts, height=_HEIGHT)
    return {"bars": bars, "height": _HEIGHT, "last_hour": sum(counts), "problem": feed.problem}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _chosen(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in FILTERS}


def _matches(event: "EventDocument", chosen: dict[str, str]) -> bool:
    data = event["data"]
    values = {
        "type": event["type"],
        "campaign": data.get("campaign_id"),
        "number": data.get("phone_number"),
        "outcome": data.get("outcome"),
        "generation": data.get("wire_format"),
    }
    wanted = chosen | {"number": normalized(chosen["number"]) if chosen["number"] else ""}
    return all(not wanted[name] or wanted[name] == values[name] for name in FILTERS)


routes: Final = [
    Route("/", live),
    Route("/sparkline", sparkline),
    Route("/stream", stream),
    Route("/load", load, methods=["POST"]),
]
