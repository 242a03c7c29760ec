"""Manage subscriptions at CallFire: over HTTP, by direct invocation, and as a CloudFormation custom resource.

    GET             /subscriptions                    {"subscriptions": [...]}
    GET PUT DELETE  /subscriptions/{subscription}     the subscription; a PUT or DELETE adds CallFire's answer
    {"action": "list" | "show" | "subscribe" | "unsubscribe" | "create-url", "subscription": "callfinish-22222"}

A direct invocation returns the body of the HTTP answer: a result, or an RFC 9457 problem, identified by its "type".
"create-url" exists only for direct invocation, because its answer contains a URL that is shown only once.
"""

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from callfire_events.envelope import to_json
from callfire_postbacks.observability import describe, logger
from callfire_postbacks.problem import ProblemError, build_problem
from callfire_postbacks.subscriptions import custom_resource, declared, drift, lifecycle
from callfire_postbacks.subscriptions.generations import CallFireAnswer
from callfire_postbacks.subscriptions.lifecycle import BadNameError
from callfire_postbacks.subscriptions.parameters import api_url
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.url_form import V2
from callfire_postbacks.wrong_event import WrongEventError, has_keys

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

Body = dict[str, Any]

# API Gateway has already matched the route, so no router is needed.
_ROUTES: Final = {
    "GET /subscriptions": "list",
    "GET /subscriptions/{subscription}": "show",
    "PUT /subscriptions/{subscription}": "subscribe",
    "DELETE /subscriptions/{subscription}": "unsubscribe",
}
_SHOWN: Final = (
    "subscription",
    "state",
    "subscribed_at",
    "rotated_at",
    "unsubscribed_at",
    "last_postback_at",
    "signed_at",
)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any] | None:
    """Answer a CloudFormation request, an API Gateway request or a direct invocation; the event's keys tell which.

    Raises:
        WrongEventError: The event is a request for a route of another function, or not a JSON object.
    """
    if not has_keys(event) or event.get("routeKey") not in (None, *_ROUTES):
        raise WrongEventError(event, takes='{"action": ..., "subscription": ...} or a request to its own routes')
    if "ResponseURL" in event:
        _declare(event, ends=time.monotonic() + context.get_remaining_time_in_millis() / 1_000)
        return None
    if "routeKey" in event:
        parameters = event.get("pathParameters") or {}
        status, body = _answer(_ROUTES[event["routeKey"]], parameters.get("subscription", ""))
        kind = "json" if status == HTTPStatus.OK else "problem+json"
        return {"statusCode": status, "headers": {"content-type": f"application/{kind}"}, "body": to_json(body)}
    _, body = _answer(str(event.get("action")), str(event.get("subscription", "")))
    return body


def _answer(action: str, subscription: str) -> tuple[HTTPStatus, Body]:
    try:
        body = _carry_out(action, subscription)
    except ProblemError as error:
        status = error.status
        body = build_problem(status, reason=error.reason, detail=str(error))
    except Exception as error:  # noqa: BLE001  every error becomes a problem response
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        logger.error("Subscriptions cannot be managed", extra={"action": action, **describe(error)})
        detail = "An unexpected error occurred; the function's log names its place. You can repeat the request."
        body = build_problem(status, reason="unexpected", detail=detail)
    else:
        status = HTTPStatus.OK
    logger.info("Answered", extra={"action": action, "status": status, "reason": body.get("type")})
    return status, body


def _carry_out(action: str, subscription: str) -> Body:
    match action:
        case "list":
            return {"subscriptions": [_compared(record) for record in lifecycle.get_all()]}
        case "show":
            return _compared(lifecycle.get(subscription))
        case "subscribe":
            return _shown(*lifecycle.subscribe(subscription, api_url=api_url()))
        case "unsubscribe":
            return _shown(*lifecycle.unsubscribe(subscription))
        case "create-url":
            record, url = lifecycle.create_url(subscription, api_url=api_url())
            return _shown(record) | {"postback_url": url}
        case _:
            raise BadNameError("The action must be list, show, subscribe, unsubscribe or create-url.")


def _declare(event: dict[str, Any], *, ends: float) -> None:
    """Carry out a CloudFormation request, and always answer it."""
    deadline = ends - custom_resource.ANSWER_SECONDS
    problem = None
    try:
        _apply(event, deadline)
    except declared.DeclarationError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001  without an answer CloudFormation would wait
        logger.error("Subscriptions cannot be declared", extra=describe(error))
        problem = f"{type(error).__name__}; the function's log has the details"
    custom_resource.answer(event, problem=problem)
    logger.info("Declared", extra={"request": event["RequestType"], "problem": problem})


def _apply(event: dict[str, Any], deadline: float) -> None:
    wanted = _names(event["ResourceProperties"])
    if event["RequestType"] == "Delete":
        declared.revoke(wanted, deadline=deadline)
    else:
        formerly = _names(event.get("OldResourceProperties", {}))
        url = event["ResourceProperties"]["ApiUrl"].rstrip("/")
        declared.declare(wanted, formerly, api_url=url, deadline=deadline)


def _names(properties: dict[str, Any]) -> set[str]:
    names = (name.strip() for name in properties.get("Subscriptions", ()))
    return {name for name in names if name}  # "a,,b" has an empty name


def _shown(record: Record, answer: CallFireAnswer | None = None) -> Body:
    shown = {name: getattr(record, name) for name in _SHOWN if getattr(record, name) is not None}
    return shown | {"live_urls": len(record.live())} | ({"callfire": answer._asdict()} if answer else {})


def _compared(record: Record) -> Body:
    """Return a subscription; for v2, also whether CallFire's webhooks match it."""
    shown = _shown(record)
    if record.subscription == V2 and record.state != "by-hand":
        shown["at_callfire"] = drift.compare(record, api_url=api_url())._asdict()
    return shown
