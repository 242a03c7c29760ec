"""Control endpoints for API v2 of the fake CallFire: signed deliveries on demand, and the state for tests.

    POST /control/v2/deliveries/{resource}      the body; ?signature=none | wrong for another signature
    GET  /control/v2/webhooks                   all of them, including secrets and other users' webhooks
    PUT  /control/v2/webhooks/{id}              changes one, as a user of CallFire's website could
    PUT  /control/v2/answers                    the next answers, by their names in v2_answers.py
    PUT  /control/v2/credentials                LOGIN:PASSWORD

A delivery goes to each webhook of a resource.
"""

import hmac
from base64 import b64encode
from http import HTTPStatus
from typing import Any, Final

import requests
from flask import Blueprint, Response, jsonify, request

from local.fake_callfire.account import Webhooks
from local.fake_callfire.posting import post

_HEADERS: Final = {"Content-Type": "application/json", "User-Agent": "CallFire-HTTP/1.0"}  # unknown

Answer = Response | tuple[Response, HTTPStatus] | tuple[str, HTTPStatus]


def controls(webhooks: Webhooks) -> Blueprint:
    """Create the control endpoints for tests and for `make run`."""
    blueprint = Blueprint("v2-controls", __name__)

    @blueprint.post("/deliveries/<resource>")
    def deliver(resource: str) -> Response:
        signature = request.args.get("signature", "valid")
        with webhooks.lock:
            due = [one for one in webhooks.known.values() if one["resource"] == resource and one["enabled"]]
        answers = [_deliver(webhook, request.get_data(), signature) for webhook in map(dict, due)]
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


def _deliver(webhook: dict[str, Any], body: bytes, signature: str) -> requests.Response:
    headers = dict(_HEADERS)
    if "secret" in webhook and signature != "none":
        secret = webhook["secret"] if signature == "valid" else "another secret"
        headers["X-CallFire-Signature"] = sign(secret, body)
    return post(webhook["callback"], body, headers)
