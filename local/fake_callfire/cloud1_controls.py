"""Control endpoints for cloud/1 of the fake CallFire: postbacks on demand, and the state for tests.

    POST /control/postbacks/callfinish[/{campaign}]    the body, or the sample named by ?sample=text-sent
    POST /control/postbacks/campaignfinish[/{campaign}]
    GET  /control/urls                                 by scope
    GET  /control/received                             every URL that it ever received
    PUT  /control/answer/lose                          another answer, by its name in cloud1_answers.py
    PUT  /control/api-key                              the body

A postback goes to the URL of a scope, as CallFire's does after a call, a text or a campaign.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, request

from local.fake_callfire.account import Account
from local.fake_callfire.cloud1 import CALLBACK, scope_of
from local.fake_callfire.cloud1_answers import ANSWERS
from local.fake_callfire.posting import post
from tools.samples import SAMPLES

# The headers of later generations' deliveries; those of cloud/1 are unknown.
_HEADERS: Final = {"Content-Type": "text/xml; charset=UTF-8", "User-Agent": "CallFire-HTTP/1.0"}


def controls(account: Account) -> Blueprint:
    """Create the endpoints."""
    endpoints = Blueprint("controls", __name__)

    @endpoints.post(f"/postbacks/{CALLBACK}")
    @endpoints.post(f"/postbacks/{CALLBACK}/<int:campaign>")
    def post_body(callback: str, campaign: int | None = None) -> tuple[Response, HTTPStatus]:
        sample = request.args.get("sample")
        scope = scope_of(callback, campaign)
        if sample and sample not in SAMPLES:
            return jsonify(error=f"no sample {sample}; there are {', '.join(SAMPLES)}"), HTTPStatus.NOT_FOUND
        if scope not in account.urls:
            return jsonify(error=f"no URL for {scope}"), HTTPStatus.NOT_FOUND
        body = SAMPLES[sample] if sample else request.get_data()
        answer = post(account.urls[scope], body, _HEADERS)
        return jsonify(status=answer.status_code, headers=dict(answer.headers), body=answer.text), HTTPStatus.OK

    @endpoints.get("/urls")
    def urls() -> Response:
        return jsonify(account.urls)

    @endpoints.get("/received")
    def received() -> Response:
        return jsonify(account.received)

    @endpoints.put(f"/answer/<any({', '.join(ANSWERS)}):answer>")
    def answer(answer: str) -> tuple[str, HTTPStatus]:
        account.answer = answer
        return "", HTTPStatus.NO_CONTENT

    @endpoints.put("/api-key")
    def api_key() -> tuple[str, HTTPStatus]:
        account.api_key = request.get_data(as_text=True)
        return "", HTTPStatus.NO_CONTENT

    return endpoints
