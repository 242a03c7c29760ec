"""The fake CallFire: a loopback server with the callback API of cloud/1 as CallFire documents it.

    POST /cloud/1/reports/callback/callfinish[/{campaign}]      form fields apikey, postUrl
    POST /cloud/1/reports/callback/campaignfinish[/{campaign}]

It stores each URL, and posts to it on demand, as CallFire does after a call, a text or a campaign:

    POST /control/postbacks/callfinish[/{campaign}]    the body, or the sample named by ?sample=text-sent
    POST /control/postbacks/campaignfinish[/{campaign}]

Tests can read its state, choose another answer (see fake_callfire_answers.py) and set another API key:

    GET /control/urls                                              by scope
    GET /control/received                                          every URL it has ever received
    PUT /control/answer/lose
    PUT /control/api-key                                           the body

API v2 is in fake_callfire_v2.py.
"""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import requests
from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.serving import make_server

from local import fake_callfire_v2, processes
from local.fake_callfire_answers import ANSWERS, refused
from tools import ROOT
from tools.samples import SAMPLES

# The headers of later generations' deliveries; those of cloud/1 are unknown.
POSTBACK_HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "User-Agent": "CallFire-HTTP/1.0"}
POSTBACK_TIMEOUT = 35  # API Gateway answers within 30 s

CALLBACK_PATH = "/cloud/1/reports/callback"
V2_PATH = "/v2"
_CALLBACK = "<any(callfinish, campaignfinish):callback>"


def start(state_dir: Path, api_key: str, credentials: str) -> str:
    """Start the fake CallFire, and return its URL. Raises RuntimeError; fake-callfire.log says why."""
    environment = {"PYTHONPATH": str(ROOT), "CALLFIRE_API_KEY": api_key, "CALLFIRE_CREDENTIALS": credentials}

    def start_on(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__, str(port)]
        return processes.start(command, environment, state_dir=state_dir, log="fake-callfire.log")

    return f"http://127.0.0.1:{processes.serve(start_on)}"


@dataclass
class Account:
    """The state of the fake CallFire's only customer."""

    api_key: str
    answer: str = "documented"
    urls: dict[str, str] = field(default_factory=dict)
    """By scope: "callfinish", "callfinish/22222"."""
    received: list[str] = field(default_factory=list)
    """Every URL it has ever received, also in requests that it did not confirm."""
    v2: fake_callfire_v2.Webhooks = field(default_factory=fake_callfire_v2.Webhooks)


def create_app(account: Account) -> Flask:
    """Create a fake CallFire with one account."""
    app = Flask(__name__)
    app.register_blueprint(_callbacks(account), url_prefix=CALLBACK_PATH)
    app.register_blueprint(_controls(account), url_prefix="/control")
    app.register_blueprint(fake_callfire_v2.api(account.v2), url_prefix=V2_PATH)
    app.register_blueprint(fake_callfire_v2.controls(account.v2), url_prefix="/control/v2")
    return app


def _callbacks(account: Account) -> Blueprint:
    api = Blueprint("callbacks", __name__)

    @api.route(f"/{_CALLBACK}", methods=["POST", "DELETE"])
    @api.route(f"/{_CALLBACK}/<int:campaign>", methods=["POST", "DELETE"])
    def subscribe(callback: str, campaign: int | None = None) -> Response:
        if not secrets.compare_digest(request.form.get("apikey", ""), account.api_key):
            return refused("Invalid API key", HTTPStatus.UNAUTHORIZED)
        scope, url = _scope(callback, campaign), request.form.get("postUrl")
        if url:
            account.received.append(url)

        def save() -> None:
            if url:
                account.urls[scope] = url
            else:
                account.urls.pop(scope, None)

        return ANSWERS[account.answer](save)

    return api


def _controls(account: Account) -> Blueprint:
    controls = Blueprint("controls", __name__)

    @controls.post(f"/postbacks/{_CALLBACK}")
    @controls.post(f"/postbacks/{_CALLBACK}/<int:campaign>")
    def post(callback: str, campaign: int | None = None) -> tuple[Response, HTTPStatus]:
        sample = request.args.get("sample")
        scope = _scope(callback, campaign)
        if sample and sample not in SAMPLES:
            return jsonify(error=f"no sample {sample}; there are {', '.join(SAMPLES)}"), HTTPStatus.NOT_FOUND
        if scope not in account.urls:
            return jsonify(error=f"no URL for {scope}"), HTTPStatus.NOT_FOUND
        body = SAMPLES[sample] if sample else request.get_data()
        answer = _post(account.urls[scope], body)
        return jsonify(status=answer.status_code, headers=dict(answer.headers), body=answer.text), HTTPStatus.OK

    @controls.get("/urls")
    def urls() -> Response:
        return jsonify(account.urls)

    @controls.get("/received")
    def received() -> Response:
        return jsonify(account.received)

    @controls.put(f"/answer/<any({', '.join(ANSWERS)}):answer>")
    def answer(answer: str) -> tuple[str, HTTPStatus]:
        account.answer = answer
        return "", HTTPStatus.NO_CONTENT

    @controls.put("/api-key")
    def api_key() -> tuple[str, HTTPStatus]:
        account.api_key = request.get_data(as_text=True)
        return "", HTTPStatus.NO_CONTENT

    return controls


def _scope(callback: str, campaign: int | None) -> str:
    return callback if campaign is None else f"{callback}/{campaign}"


def _post(url: str, body: bytes) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # ignore the user's proxy
        return session.post(url, body, headers=POSTBACK_HEADERS, timeout=POSTBACK_TIMEOUT, allow_redirects=False)


if __name__ == "__main__":
    customer = Account(os.environ["CALLFIRE_API_KEY"], v2=fake_callfire_v2.Webhooks(os.environ["CALLFIRE_CREDENTIALS"]))
    make_server("127.0.0.1", int(sys.argv[1]), create_app(customer), threaded=True).serve_forever()
