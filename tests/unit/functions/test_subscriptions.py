"""The subscriptions function answers each of its callers."""

import json
from typing import Any

import pytest

from callfire_postbacks.functions.subscriptions import _ROUTES, handler
from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions import callfire_cloud1, lifecycle
from callfire_postbacks.subscriptions.callfire_http import CallFireError, RefusedError
from callfire_postbacks.subscriptions.parameters import ParameterError
from callfire_postbacks.subscriptions.transitions import BusyError
from tests.support.aws.faults import answering, refusal
from tests.support.fake_callfire import API_KEY, API_URL, Server, store_parameter
from tests.support.lambda_context import Context
from tests.unit.conftest import Logged
from tools.template import load_template

CALLFINISH = "callfinish"


def request(method: str, subscription: str | None = None) -> tuple[int, str, dict[str, Any]]:
    """Send a request through API Gateway: status, content type and body of the answer."""
    path = {"subscription": subscription} if subscription else {}
    route = f"{method} /subscriptions/{{subscription}}" if subscription else f"{method} /subscriptions"
    answer = invoke({"version": "2.0", "routeKey": route, **({"pathParameters": path} if path else {})})
    return answer["statusCode"], answer["headers"]["content-type"], json.loads(answer["body"])


def invoke(event: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function, and return what Lambda would give back."""
    answer: dict[str, Any] = json.loads(json.dumps(handler(event, Context())))
    return answer


def test_routes() -> None:
    """The function knows exactly the template's routes, and each requires IAM."""
    events = load_template()["Resources"]["SubscriptionsFunction"]["Properties"]["Events"].values()
    routes = [event["Properties"] for event in events]
    assert {f"{route['Method']} {route['Path']}" for route in routes} == _ROUTES.keys()
    assert {route["Auth"]["Authorizer"] for route in routes} == {"AWS_IAM"}


def test_put_get_delete(fake_callfire: Server) -> None:
    """PUT subscribes, PUT again rotates, GET shows, DELETE unsubscribes; no answer holds a token."""
    status, content_type, subscribed = request("PUT", CALLFINISH)
    token = fake_callfire.account.urls[CALLFINISH].rpartition("/")[2]
    assert (status, content_type) == (200, "application/json")
    assert subscribed == {
        "subscription": CALLFINISH,
        "state": "subscribed",
        "subscribed_at": subscribed["subscribed_at"],
        "live_urls": 1,
        "callfire": {"outcome": "confirmed", "detail": "Saved"},
    }
    _, _, rotated = request("PUT", CALLFINISH)
    assert rotated["live_urls"] == 2
    assert rotated["subscribed_at"] == subscribed["subscribed_at"] <= rotated["rotated_at"]
    status, _, shown = request("GET", CALLFINISH)
    assert status == 200
    assert shown == {name: value for name, value in rotated.items() if name != "callfire"}
    status, _, listed = request("GET")
    assert (status, listed) == (200, {"subscriptions": [shown]})
    status, _, unsubscribed = request("DELETE", CALLFINISH)
    assert status == 200
    assert (unsubscribed["state"], unsubscribed["live_urls"]) == ("unsubscribed", 0)
    assert unsubscribed["callfire"] == {"outcome": "confirmed", "detail": "Saved"}
    for answer in (subscribed, rotated, shown, listed, unsubscribed):
        assert token not in json.dumps(answer)


@pytest.mark.parametrize(
    ("operation", "answer", "status", "reason"),
    [
        ("PUT callfinish-x", "documented", 400, "bad-name"),
        ("PUT callfinish-00022222", "documented", 400, "bad-name"),
        ("PUT callfinish-0", "documented", 400, "bad-name"),
        ("GET nothing", "documented", 400, "bad-name"),
        ("GET callfinish-1", "documented", 404, "unknown-subscription"),
        ("DELETE callfinish-1", "documented", 404, "unknown-subscription"),
        ("PUT callfinish", "refuse", 502, "callfire-refused"),
        ("PUT callfinish", "limit", 504, "callfire-unavailable"),
        ("PUT callfinish", "slow", 504, "callfire-uncertain"),
        ("PUT callfinish", "lose", 504, "callfire-uncertain"),
    ],
)
def test_problems(fake_callfire: Server, operation: str, answer: str, status: int, reason: str) -> None:
    """A request that cannot be fulfilled is answered by a problem (RFC 9457) with its own reason."""
    fake_callfire.account.answer = answer
    answered, content_type, problem = request(*operation.split())
    assert (answered, content_type) == (status, "application/problem+json")
    assert problem["type"] == f"urn:callfire-postbacks:problem:{reason}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize("known", [ProblemError, BusyError, ParameterError, CallFireError, RefusedError])
def test_later_error_is_a_problem(monkeypatch: pytest.MonkeyPatch, known: type[ProblemError]) -> None:
    """An error class that is added later is a problem too, with the status and reason of the class that it extends."""

    def fail(_: str) -> None:
        raise type("LaterError", (known,), {})("It failed.")

    monkeypatch.setattr(lifecycle, "get", fail)
    status, _, problem = request("GET", CALLFINISH)
    assert (status, problem["type"]) == (known.status, f"urn:callfire-postbacks:problem:{known.reason}")
    assert problem["detail"] == "It failed."


def test_busy(fake_callfire: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who arrives while another subscribe is running is told to retry."""
    answers = []
    set_callback = callfire_cloud1.set_callback

    def subscribe_meanwhile(subscription: str, postback_url: str, *, api_key: str) -> str:
        answers.append(request("PUT", CALLFINISH))
        return set_callback(subscription, postback_url, api_key=api_key)

    monkeypatch.setattr(callfire_cloud1, "set_callback", subscribe_meanwhile)
    assert request("PUT", CALLFINISH)[0] == 200
    assert fake_callfire.account.urls
    [(status, _, problem)] = answers
    assert (status, problem["type"]) == (409, "urn:callfire-postbacks:problem:busy")


def test_no_key(fake_callfire: Server) -> None:
    """Without a key the problem says what to do."""
    store_parameter("CALLFIRE_API_KEY_PARAMETER", " ")
    status, _, problem = request("PUT", CALLFINISH)
    assert status == 500
    assert "postbacks set-api-key" in problem["detail"]
    assert not fake_callfire.account.urls


@pytest.mark.usefixtures("fake_callfire")
def test_unexpected_error(logged: Logged) -> None:
    """An unexpected error is answered by a problem too, and the log names its place."""
    with answering("dynamodb.Scan", refusal("AccessDeniedException")):
        status, _, problem = request("GET")
    assert (status, problem["type"]) == (500, "urn:callfire-postbacks:problem:unexpected")
    [error] = [line for line in logged() if line["level"] == "ERROR"]
    assert (error["operation"], error["code"]) == ("Scan", "AccessDeniedException")
    assert "table.py" in error["at"]


def test_direct_invocation(fake_callfire: Server) -> None:
    """Direct invocations offer the same operations without HTTP, with the same bodies."""
    assert invoke({"action": "subscribe", "subscription": CALLFINISH})["callfire"]["outcome"] == "confirmed"
    assert invoke({"action": "show", "subscription": CALLFINISH}) == request("GET", CALLFINISH)[2]
    assert invoke({"action": "list"}) == request("GET")[2]
    assert invoke({"action": "unsubscribe", "subscription": CALLFINISH})["state"] == "unsubscribed"
    assert invoke({"action": "show", "subscription": "x"})["type"] == "urn:callfire-postbacks:problem:bad-name"
    assert not fake_callfire.account.urls


def test_url_by_hand_is_shown_once(fake_callfire: Server) -> None:
    """A URL set up by hand is in this one answer only: neither HTTP nor a second call returns it."""
    answer = invoke({"action": "create-url", "subscription": CALLFINISH})
    assert answer["postback_url"].startswith(f"{API_URL}/postbacks/callfinish/")
    assert answer["state"] == "by-hand"
    assert not fake_callfire.account.urls
    token = answer["postback_url"].rpartition("/")[2]
    assert token not in json.dumps(invoke({"action": "show", "subscription": CALLFINISH}))


@pytest.mark.usefixtures("fake_callfire")
@pytest.mark.parametrize("event", [{}, {"action": "explode"}, {"action": None}, {"subscription": CALLFINISH}])
def test_unknown_action(event: dict[str, Any]) -> None:
    """An unknown action is answered by a problem that lists the actions."""
    problem = invoke(event)
    assert problem["status"] == 400
    assert "create-url" in problem["detail"]


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["documented", "refuse", "lose", "slow", "html", "limit"])
def test_no_secret_in_logs_or_answers(fake_callfire: Server, logged: Logged, answer: str) -> None:
    """No log line and no answer holds the key or a token, whatever CallFire answers."""
    answers = [request("PUT", CALLFINISH)]
    tokens = {url.rpartition("/")[2] for url in fake_callfire.account.urls.values()}
    fake_callfire.account.answer = answer
    answers += [request("PUT", CALLFINISH), request("GET", CALLFINISH), request("GET"), request("DELETE", CALLFINISH)]
    tokens |= {url.rpartition("/")[2] for url in fake_callfire.account.urls.values()}
    written = json.dumps(answers) + json.dumps(logged())
    assert tokens
    for secret in {API_KEY, *tokens}:
        assert secret not in written
