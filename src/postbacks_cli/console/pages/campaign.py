"""Campaign: the outcomes of its calls and texts."""

import heapq
from collections import Counter
from itertools import islice
from operator import itemgetter
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callfire_events import CampaignFinished
from postbacks_cli import times
from postbacks_cli.console import rendering
from postbacks_cli.console.context import is_fragment, loading, stack_of
from postbacks_cli.events import stats, stored_events
from postbacks_cli.events.selection import Selection

PERIODS: Final = {"1d": "last day", "7d": "last week", "30d": "last month", "": "any time"}
FIRST: Final = 1_000
"""The newest events are counted and shown first, because a large campaign takes seconds to read."""
MOST: Final = 10_000
"""The most events that are counted, newest first."""
_NEWEST: Final = 20
_WIDTH: Final = 300
"""The width of a chart's longest bar, in SVG units."""


def campaign(request: Request) -> Response:
    """Show the result of a campaign: outcomes, texts, failures by reason, over a chosen time.

    The fragment of the newest events requests the one of all events.
    """
    campaign_id = request.path_params["id"]
    if not is_fragment(request):
        return loading(request, f"Campaign {campaign_id}", "Counting its calls and texts …")
    period = request.query_params.get("period", "")
    since = times.first(period) if period and period in PERIODS else None
    selection = Selection(campaign=campaign_id, since=since)
    most = MOST if "all" in request.query_params else FIRST
    events = list(islice(stored_events.select(stack_of(request), selection), most))  # an index returns newest first
    rows = stats.count(events, "outcome")
    counted = [(row.key, row.calls, row.texts, row.replies) for row in rows if any(row[1:])]
    longest = max([sum(numbers) for _, *numbers in counted] or [1])
    failures = [one["data"] for one in events if one["data"].get("outcome") in stats.FAILED]
    return rendering.page(
        "_campaign.html",
        id=campaign_id,
        period=period,
        periods=PERIODS,
        outcomes=[(*row, max(round(_WIDTH * sum(row[1:]) / longest), 2)) for row in counted],
        width=_WIDTH,
        total=stats.total(rows),
        reached=stats.REACHED,
        failed=stats.FAILED,
        reasons=Counter(str(data.get("disposition", "not stated")) for data in failures).most_common(),
        finished=next((one for one in events if one["type"] == CampaignFinished.TYPE), None),
        newest=heapq.nlargest(_NEWEST, events, key=itemgetter("recordedtime")),
        is_cut=len(events) == most,
        is_first=most == FIRST,
        most=most,
    )


routes: Final = [Route("/campaigns/{id:path}", campaign)]
