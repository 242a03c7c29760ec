"""Find: search, and the page of one event."""

import json
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from shlex import quote
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callfire_postbacks.formats.repairs.json_text import is_json
from callfire_postbacks.postback import Postback
from postbacks_cli import search
from postbacks_cli.aws.invocation import invoke
from postbacks_cli.console import bodies, rendering
from postbacks_cli.console.context import back_to, is_fragment, loading, open_instead, page, stack_of
from postbacks_cli.console.documents import document_of
from postbacks_cli.console.indenting import indented
from postbacks_cli.console.repairs import WORDS, find_places
from postbacks_cli.decoding import text_of
from postbacks_cli.errors import CommandError
from postbacks_cli.events import event_view, stored_events
from postbacks_cli.events.stored_events import Item

FOUND: Final = 50
"""The most events that a search shows."""


def find(request: Request) -> Response:
    """Find postbacks by an id, a number or a campaign; a single result is opened at once."""
    text = request.query_params.get("q", "").strip()
    if not text:
        return page(request, "find.html", found=None)

    if is_fragment(request):
        found = search.find(stack_of(request), text, limit=FOUND)
        if len(found.items) == 1 and not (found.parked or found.rejected):
            return open_instead(f"/events/{found.items[0]['id']}")
        return rendering.page("_found.html", found=found, q=text, most=FOUND)
    return loading(request, "Find", f"Looking for {text} …")


def event(request: Request) -> Response:
    """Show one event: its body, its JSON and its history side by side."""
    item = stored_events.get(stack_of(request), request.path_params["id"])
    if item is None:
        detail = f"There is no event {request.path_params['id']}. It may have been deleted: RetentionDays says when."
        return page(request, "problem.html", status=HTTPStatus.NOT_FOUND, title="No such event", detail=detail)
    postback = _postback(item)
    document = document_of(postback, item["event"])
    shown, repairs = indented(document.text), item["event"]["data"].get("repairs", [])
    places = find_places(shown, repairs)
    marked = {place.repair for place in places}
    return page(
        request,
        "event.html",
        event=item["event"],
        body=bodies.body(shown, places),
        repairs=[(name, WORDS.get(name, ""), name in marked) for name in repairs],
        raw=text_of(postback.body, is_text=postback.is_text),
        size=len(postback.body),
        json=bodies.document(item["event"]),
        copied=json.dumps(item["event"], indent=2, ensure_ascii=False),
        curl=_curl(document.text),
        timeline=list(timeline(item)),
        waits="unpublished" in item,
        state=event_view.state(item),
    )


def replay(request: Request) -> Response:
    """Let the relay publish an event again."""
    event_id = request.path_params["id"]
    answer = invoke(stack_of(request), "RelayFunctionName", {"replay": {"ids": [event_id]}})
    if not answer["events"]:
        raise CommandError(f"There is no event {event_id}, so nothing is published again.")
    return back_to(f"/events/{event_id}", "replayed")


def _postback(item: Item) -> Postback:
    return Postback(
        subscription=item["subscription"],
        token_hash="",
        received_at=datetime.fromisoformat(item["received_at"]),
        body=event_view.postback(item),
        is_text=item.get("is_text", False),
        headers=item.get("headers", {}),
    )


def _curl(body: str) -> str:
    """Return the command that sends a postback again. Its URL is a secret, so it comes from a variable."""
    kind = "application/json" if is_json(body) else "text/xml; charset=UTF-8"
    return f'curl --data-raw {quote(body)} --header {quote(f"Content-Type: {kind}")} "$POSTBACKS_URL"'


def timeline(item: Item) -> Iterator[tuple[str, str | None, str]]:
    """Yield the history of an event: a title, the timestamp if known, and a sentence."""
    ended = item["event"]["time"]
    if ended != item["event"]["recordedtime"]:
        yield "Ended", ended, "When the call or text ended, according to CallFire."
    yield "Received", item["received_at"], f"Through the subscription {item['subscription']}."
    yield "Stored", item["received_at"], "From here on, the event cannot be lost."
    if "published_at" in item:
        yield "Published", item["published_at"], "On the topic."
    elif "replay" not in item:
        yield "Not published yet", None, "The relay publishes it within a minute."
    if "replayed_at" in item and item["replayed_at"] != item["published_at"]:  # equal if that was the first time
        yield "Replayed", item["replayed_at"], "On the topic again, for the last time so far."
    if "replay" in item:
        yield "Replay requested", item["replay"], "The relay publishes it again within about a minute."


routes: Final = [
    Route("/find", find),
    Route("/events/{id:str}", event),
    Route("/events/{id:str}/replay", replay, methods=["POST"]),
]
