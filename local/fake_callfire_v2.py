"""API v2 of the fake CallFire: webhooks by HTTP Basic, and signed deliveries, as CallFire documents them.

    GET POST        /v2/webhooks                 PUT DELETE GET  /v2/webhooks/{id}
    GET             /v2/webhooks/resources

Like the real API it accepts duplicate webhooks, and does not check a callback when it is created. It delivers on
demand, to each webhook of a resource, and tests can read and change its state:

    POST /control/v2/deliveries/{resource}      the body; ?signature=none | wrong for another signature
    GET  /control/v2/webhooks                   all of them, including secrets and other users' webhooks
    PUT  /control/v2/webhooks/{id}              changes one, as a user of CallFire's website could
    PUT  /control/v2/answers                    the next answers, by their names in fake_callfire_answers.py
    PUT  /control/v2/credentials                LOGIN:PASSWORD
"""

import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from threading import Lock
from typing import Any, Final

import requests
from flask import Blueprint, Response, jsonify, request

from local.fake_callfire_answers import answer_v2

_CAMPAIGN: Final = ("Started", "Stopped", "Finished")
RESOURCES: Final = {
    **dict.fromkeys(("OutboundCall", "InboundCall", "OutboundText", "InboundText"), ("Finished",)),
    **dict.fromkeys(("CallBroadcast", "TextBroadcast", "CccCampaign"), _CAMPAIGN),
    "ContactList": ("ValidationFinished", "ValidationFailed"),
    "OutboundTextDeliveryReport": ("Received",),
    **dict.fromkeys(("MonthlyRenewal", "LowBalance"), ("Finished", "Failed")),
}
DELIVERY_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": "CallFire-HTTP/1.0"}  # unknown
DELIVERY_SECONDS: Final = 35

Answer = Response | tuple[Response, HTTPStatus] | tuple[str, HTTPStatus]


@dataclass
class Webhooks:
    """The state of the fake CallFire's only customer in API v2."""

    credentials: str = "login:password"
    answers: list[str] = field(default_factory=list)
    """The next answers, by name; afterwards, as documented."""
    known: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Webhooks by id."""
    requests: list[str] = field(default_factory=list)
    """Method and path of each request with the right credentials."""
    numbers: "count[int]" = field(default_factory=lambda: count(3_749_001))
    lock: Lock = field(default_factory=Lock)


def api(webhooks: Webhooks) -> Blueprint:
    """Create the API."""
    blueprint = Blueprint("v2", __name__)

    @blueprint.before_request
    def authorize() -> Response | None:
        basic = f"Basic {b64encode(webhooks.credentials.encode()).decode()}"
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), basic.encode()):
            return _error(HTTPStatus.UNAUTHORIZED, "Invalid credentials")
        with webhooks.lock:
            webhooks.requests.append(f"{request.method} {request.path}")
        return None

    @blueprint.get("/webhooks")
    def find() -> Response:
        name, limit, offset = request.args.get("name"), request.args.get("limit", 100), request.args.get("offset", 0)
        found = [_shown(one) for one in webhooks.known.values() if name in (None, one.get("name"))]
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


def _create(webhooks: Webhooks, webhook: dict[str, Any]) -> Response:
    with webhooks.lock:
        number = next(webhooks.numbers)
        webhooks.known[number] = {"enabled": True, **webhook, "id": number}
    answer = jsonify(id=number)
    answer.status_code = HTTPStatus.CREATED
    return answer


def _change(webhooks: Webhooks, number: int, changes: dict[str, Any]) -> Response:
    with webhooks.lock:
        if number not in webhooks.known:
            return _error(HTTPStatus.NOT_FOUND, f"No webhook {number}")
        if request.method == "DELETE":
            del webhooks.known[number]
            return Response(status=HTTPStatus.NO_CONTENT)
        if request.method == "GET":
            return jsonify(_shown(webhooks.known[number]))
        webhooks.known[number] |= changes
    return Response(status=HTTPStatus.OK)


def controls(webhooks: Webhooks) -> Blueprint:
    """Create the control endpoints for tests and for `make run`."""
    blueprint = Blueprint("v2-controls", __name__)

    @blueprint.post("/deliveries/<resource>")
    def deliver(resource: str) -> Response:
        signature = request.args.get("signature", "valid")
        with webhooks.lock:
            due = [one for one in webhooks.known.values() if one["resource"] == resource and one["enabled"]]
        answers = [_post(webhook, request.get_data(), signature) for webhook in map(dict, due)]
        return jsonify([{"status": answer.status_code, "body": answer.text} for answer in answers])

    @blueprint.get("/webhooks")
    def known() -> Response:
        return jsonify(list(webhooks.known.values()))

    @blueprint.put("/webhooks/<int:number>")
    def change(number: int) -> Answer:
        webhooks.known[number] |= request.get_json()
        return "", HTTPStatus.NO_CONTENT

    @blueprint.put("/answers")
    def answers() -> Answer:
        webhooks.answers[:] = request.get_json()
        return "", HTTPStatus.NO_CONTENT

    @blueprint.put("/credentials")
    def credentials() -> Answer:
        webhooks.credentials = request.get_data(as_text=True)
        return "", HTTPStatus.NO_CONTENT

    return blueprint


def sign(secret: str, body: bytes) -> str:
    """Sign a body as CallFire documents it: the Base64 of HMAC-SHA1."""
    return b64encode(hmac.digest(secret.encode(), body, "sha1")).decode()


def _carry_out(webhooks: Webhooks, carry_out: Callable[[], Response]) -> Response:
    with webhooks.lock:
        how = webhooks.answers.pop(0) if webhooks.answers else "documented"
    return answer_v2(how, carry_out)


def _error(status: HTTPStatus, message: str) -> Response:
    answer = jsonify(httpStatusCode=status, internalCode=0, message=message, developerMessage="", helpLink="")
    answer.status_code = status
    return answer


def _shown(webhook: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in webhook.items() if name != "secret"}  # whether CallFire shows it is unknown


def _post(webhook: dict[str, Any], body: bytes, signature: str) -> requests.Response:
    headers = dict(DELIVERY_HEADERS)
    if "secret" in webhook and signature != "none":
        secret = webhook["secret"] if signature == "valid" else "another secret"
        headers["X-CallFire-Signature"] = sign(secret, body)
    with requests.Session() as session:
        session.trust_env = False  # ignore the user's proxy
        return session.post(webhook["callback"], body, headers=headers, timeout=DELIVERY_SECONDS, allow_redirects=False)
