"""Subscriptions: list, subscribe, rotate and unsubscribe."""

from http import HTTPStatus
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from postbacks_cli import rotating, times
from postbacks_cli.aws.invocation import SUBSCRIPTIONS, invoke
from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.subscriptions import SILENCE
from postbacks_cli.console import rendering
from postbacks_cli.console.context import back_to, form, is_fragment, loading, page, stack_of
from postbacks_cli.errors import CommandError

_STATES: Final = {
    "subscribed": "CallFire confirmed the URL.",
    "unconfirmed": "CallFire did not confirm the URL. Rotate it.",
    "by-hand": "A URL was made to be entered at CallFire by hand.",
    "unsubscribed": "No URL is live.",
}


def subscriptions(request: Request) -> Response:
    """List all subscriptions, with the state and the last postback of each."""
    if not is_fragment(request):
        return loading(request, "Subscriptions", "Asking the subscriptions function …")
    found = invoke(stack_of(request), SUBSCRIPTIONS, {"action": "list"})["subscriptions"]
    live_first = sorted(found, key=lambda each: (not each["live_urls"], each["subscription"]))
    return rendering.page(
        "_subscriptions.html", subscriptions=[(each, _STATES.get(each["state"]), _drift(each)) for each in live_first]
    )


async def subscribe(request: Request) -> Response:
    """Subscribe by name; a live subscription gets a new URL."""
    name = ((await form(request)).get("name") or [""])[0].strip()
    if not name:
        raise CommandError("Enter the name of a subscription, such as callfinish.")
    answer = await run_in_threadpool(_carry_out, stack_of(request), "subscribe", name)
    return _subscribed(name, answer)


def rotate(request: Request) -> Response:
    """Replace the URL of a subscription, unless it was ended elsewhere."""
    name = request.path_params["name"]
    return _subscribed(name, rotating.rotate(stack_of(request), name))


def confirm(request: Request) -> Response:
    """Ask for confirmation before unsubscribing."""
    return page(request, "unsubscribe.html", subscription=request.path_params["name"])


def unsubscribe(request: Request) -> Response:
    """End all URLs of a subscription."""
    name = request.path_params["name"]
    reply = _carry_out(stack_of(request), "unsubscribe", name)["callfire"]
    if reply["outcome"] != "confirmed":
        detail = (
            f"{name} is unsubscribed: its URLs stop working within ten seconds. CallFire did not confirm it "
            f"({reply['outcome']}: {reply['detail']}) and may continue to post, to no effect."
        )
        title = "Unsubscribed, without confirmation"
        return page(request, "problem.html", status=HTTPStatus.OK, title=title, detail=detail)
    return back_to("/subscriptions", "unsubscribed", name)


def _subscribed(name: str, answer: dict[str, Any]) -> Response:
    return back_to("/subscriptions", "rotated" if "rotated_at" in answer else "subscribed", name)


def _carry_out(stack: Stack, action: str, name: str) -> dict[str, Any]:
    return invoke(stack, SUBSCRIPTIONS, {"action": action, "subscription": name})


def _drift(each: dict[str, Any]) -> str | None:
    """Return how a subscription differs from the requested one, None if no difference is known."""
    compared = each.get("at_callfire")
    if compared and compared["outcome"] != "as-asked":
        return str(compared["detail"])
    latest = each.get("last_postback_at") or each.get("subscribed_at")
    if each["live_urls"] and latest and times.age(latest) > SILENCE:
        return (
            f"Silent for {times.age(latest).days} days. If there were calls, CallFire has dropped the URL: rotate it."
        )
    return None


routes: Final = [
    Route("/subscriptions", subscriptions),
    Route("/subscriptions", subscribe, methods=["POST"]),
    Route("/subscriptions/{name:str}/rotate", rotate, methods=["POST"]),
    Route("/subscriptions/{name:str}/unsubscribe", confirm),
    Route("/subscriptions/{name:str}/unsubscribe", unsubscribe, methods=["POST"]),
]
