"""POST /postbacks/{subscription}/{token}: one postback in, one answer out (API Gateway HTTP API, payload 2.0)."""

# The collector would walk every module's objects several times while they load, and find nothing.
import gc

gc.disable()

from base64 import b64decode  # noqa: E402  after gc.disable()
from datetime import UTC, datetime, timedelta  # noqa: E402
from http import HTTPStatus  # noqa: E402
from typing import TYPE_CHECKING, Any, Final  # noqa: E402

from callfire_postbacks import ingest  # noqa: E402
from callfire_postbacks.aws import clients  # noqa: E402
from callfire_postbacks.aws.circuit_breaker import protect  # noqa: E402
from callfire_events.envelope import to_json  # noqa: E402
from callfire_postbacks.observability import count, logger  # noqa: E402
from callfire_postbacks.postback import Outcome, Postback, Status  # noqa: E402
from callfire_postbacks.subscriptions.postback_urls import hash_token, is_well_formed  # noqa: E402

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_EPOCH: Final = datetime.fromtimestamp(0, UTC)

_HTTP_STATUS: Final[dict[Status, HTTPStatus]] = {
    "accepted": HTTPStatus.OK,
    "duplicate": HTTPStatus.OK,
    "parked": HTTPStatus.ACCEPTED,
    "rejected": HTTPStatus.BAD_REQUEST,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "refused": HTTPStatus.NOT_FOUND,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}

# Clients and credentials are made before the first postback comes.
protect(clients.dynamodb())
protect(clients.sns())
gc.freeze()
gc.enable()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:  # noqa: ARG001  Lambda's signature
    """Answer one request of API Gateway."""
    postback = _postback(event)
    outcome = ingest.receive(postback) if postback else Outcome("refused")
    count(outcome, subscription=postback.subscription if postback else None)
    return _answer(outcome)


def _postback(event: dict[str, Any]) -> Postback | None:
    parameters = event["pathParameters"]
    if not is_well_formed(parameters["subscription"], parameters["token"]):
        return None
    body = event.get("body", "")
    return Postback(
        subscription=parameters["subscription"],
        token_hash=hash_token(parameters["token"]),
        received_at=_EPOCH + timedelta(milliseconds=event["requestContext"]["timeEpoch"]),
        body=b64decode(body) if event["isBase64Encoded"] else body.encode(errors="surrogatepass"),
    )


def _answer(outcome: Outcome) -> dict[str, Any]:
    status = _HTTP_STATUS[outcome.status]
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return _response(status, "application/json", {"status": outcome.status, "id": outcome.event_id})
    return _response(
        status,
        "application/problem+json",
        {
            "type": f"urn:callfire-postbacks:problem:{outcome.reason}" if outcome.reason else "about:blank",
            "title": status.phrase,
            "status": status,
            "detail": outcome.detail,
        },
    )


def _response(status: HTTPStatus, content_type: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": content_type},
        "body": to_json({name: value for name, value in body.items() if value is not None}),
    }
