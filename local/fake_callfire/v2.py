"""The fake CallFire's API v2: webhooks by HTTP Basic.

    GET POST        /v2/webhooks                 PUT DELETE GET  /v2/webhooks/{id}
    GET             /v2/webhooks/resources

Like the real API it accepts duplicate webhooks, and does not check a callback when it is created.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from local.fake_callfire.account import Webhooks
from local.fake_callfire.v2_answers import answer, error

_CAMPAIGN: Final = ("Started", "Stopped", "Finished")
RESOURCES: Final = {
    **dict.fromkeys(("OutboundCall", "InboundCall", "OutboundText", "InboundText"), ("Finished",)),
    **dict.fromkeys(("CallBroadcast", "TextBroadcast", "CccCampaign"), _CAMPAIGN),
    "ContactList": ("ValidationFinished", "ValidationFailed"),
    "OutboundTextDeliveryReport": ("Received",),
    **dict.fromkeys(("MonthlyRenewal", "LowBalance"), ("Finished", "Failed")),
}


def api(webhooks: Webhooks) -> Blueprint:
    """Create the API."""
    blueprint = Blueprint("v2", __name__)

    @blueprint.before_request
    def authorize() -> Response | None:
        basic = f"Basic {b64encode(webhooks.credentials.encode()).decode()}"
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), basic.encode()):
            return error(HTTPStatus.UNAUTHORIZED, "Invalid credentials")
        with webhooks.lock:
            webhooks.requests.append(f"{request.method} {request.path}")
        return None

    @blueprint.get("/webhooks")
    def find() -> Response:
        name, limit, offset = request.args.get("name"), request.args.get("limit", 100), request.args.get("offset", 0)
        found = [_shown(one) for one in webhooks.known.values() if _is_named(one, name)]
        page = found[int(offset) : int(offset) + int(limit)]
        return _carry_out(
            webhooks, lambda: jsonify(items=page, limit=int(limit), offset=int(offset), totalCount=len(found))
        )

    @blueprint.get("/webhooks/resources")
    def resources() -> Response:
        items = [{"resource": name, "supportedEvents": events} for name, events in RESOURCES.items()]
        return _carry_out(webhooks, lambda: jsonify(items=items))

    @blueprint.post("/webhooks")
    def create() -> Response:
        webhook = request.get_json()
        return _carry_out(webhooks, lambda: _create(webhooks, webhook))

    @blueprint.route("/webhooks/<int:number>", methods=["GET", "PUT", "DELETE"])
    def one(number: int) -> Response:
        changes = request.get_json(silent=True) or {}
        return _carry_out(webhooks, lambda: _change(webhooks, number, changes))

    return blueprint


def _is_named(webhook: dict[str, Any], name: str | None) -> bool:
    return name in (None, webhook.get("name"))  # whether a part of a name matches is unknown


def _create(webhooks: Webhooks, webhook: dict[str, Any]) -> Response:
    with webhooks.lock:
        number = next(webhooks.numbers)
        webhooks.known[number] = {"enabled": True, **webhook, "id": number}
    created = jsonify(id=number)
    created.status_code = HTTPStatus.CREATED
    return created


def _change(webhooks: Webhooks, number: int, changes: dict[str, Any]) -> Response:
    with webhooks.lock:
        if number not in webhooks.known:
            return error(HTTPStatus.NOT_FOUND, f"No webhook {number}")
        if request.method == "DELETE":
            del webhooks.known[number]
            return Response(status=HTTPStatus.NO_CONTENT)
        if request.method == "GET":
            return jsonify(_shown(webhooks.known[number]))
        webhooks.known[number] = _updated(webhooks.known[number], changes)
    return Response(status=HTTPStatus.OK)


def _updated(webhook: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return webhook | changes  # whether an update may omit fields is unknown


def _carry_out(webhooks: Webhooks, carry_out: Callable[[], Response]) -> Response:
    with webhooks.lock:
        how = webhooks.answers.pop(0) if webhooks.answers else "documented"
    return answer(how, carry_out)


def _shown(webhook: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in webhook.items() if name != "secret"}  # whether CallFire shows it is unknown
