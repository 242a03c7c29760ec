"""Handle POST /postbacks/{subscription}/{token} from an API Gateway HTTP API (payload 2.0).

The answer is 2xx if and only if the postback is stored durably, even if it cannot be parsed: no person reads
CallFire's error responses, and CallFire may stop posting after a few of them.
"""

from callfire_postbacks import cold_start

# isort: split

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from callfire_events.envelope import to_json
from callfire_postbacks import ingest
from callfire_postbacks.aws import clients
from callfire_postbacks.aws.circuit_breaker import protect
from callfire_postbacks.observability import count_received, logger
from callfire_postbacks.postback import KEPT_HEADERS, Postback, Result, Status
from callfire_postbacks.problem import build_problem
from callfire_postbacks.subscriptions.url_form import hash_token, is_well_formed
from callfire_postbacks.wrong_event import WrongEventError, has_keys

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_PROBLEM: Final = "application/problem+json"

_HTTP_STATUS: Final[dict[Status, HTTPStatus]] = {
    "accepted": HTTPStatus.OK,
    "duplicate": HTTPStatus.OK,
    "parked": HTTPStatus.ACCEPTED,
    "rejected": HTTPStatus.ACCEPTED,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "unknown-url": HTTPStatus.NOT_FOUND,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}

# Create clients and credentials before the first postback arrives.
protect(clients.dynamodb())
protect(clients.sns())
cold_start.finish()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Answer one API Gateway request.

    Raises:
        WrongEventError: The event is not an API Gateway request for a postback URL.
    """
    if not (has_keys(event, "requestContext") and has_keys(event.get("pathParameters"), "subscription", "token")):
        raise WrongEventError(event, takes="a request of API Gateway to a postback URL, payload 2.0")
    if event["requestContext"]["http"]["method"] != "POST":
        return _not_allowed()  # the same answer for every URL, live or not
    postback = _postback(event)
    if postback is None:
        result = Result("unknown-url")
        count_received(result, subscription=None)
    else:
        result = ingest.receive(postback)
        count_received(result, subscription=postback.subscription)
    return _answer(result)


def _postback(event: dict[str, Any]) -> Postback | None:
    parameters = event["pathParameters"]
    if not is_well_formed(parameters["subscription"], parameters["token"]):
        return None
    body, is_text = event.get("body", ""), not event["isBase64Encoded"]
    return Postback(
        subscription=parameters["subscription"],
        token_hash=hash_token(parameters["token"]),
        received_at=_EPOCH + timedelta(milliseconds=event["requestContext"]["timeEpoch"]),
        body=body.encode(errors="surrogatepass") if is_text else b64decode(body),
        is_text=is_text,
        headers={name: event["headers"][name] for name in KEPT_HEADERS if name in event["headers"]},
    )


def _answer(result: Result) -> dict[str, Any]:
    status = _HTTP_STATUS[result.status]
    if status < HTTPStatus.MULTIPLE_CHOICES:
        ids = result.event_ids
        body = {
            "status": result.status,
            "id": ids[0] if ids else None,
            "ids": ids if len(ids) > 1 else None,
            "reason": result.reason,
            "detail": result.detail,
        }
        return _response(status, "application/json", body)
    return _response(status, _PROBLEM, build_problem(status, reason=result.reason, detail=result.detail))


def _not_allowed() -> dict[str, Any]:
    status = HTTPStatus.METHOD_NOT_ALLOWED
    answer = _response(status, _PROBLEM, build_problem(status, reason=None, detail="Send postbacks by POST."))
    answer["headers"]["allow"] = "POST"
    return answer


def _response(status: HTTPStatus, content_type: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": content_type},
        "body": to_json({name: value for name, value in body.items() if value is not None}),
    }
