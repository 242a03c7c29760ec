"""CallFire's twin: a loopback server with the callback API of cloud/1 as CallFire documents it.

    POST /cloud/1/reports/callback/callfinish[/{campaign}]      form fields apikey, postUrl
    POST /cloud/1/reports/callback/campaignfinish[/{campaign}]

It remembers each URL, and posts to it on demand, as CallFire does after a call, a text or a campaign:

    POST /twin/postbacks/callfinish[/{campaign}]    the body, or the sample named by ?sample=text-sent
    POST /twin/postbacks/campaignfinish[/{campaign}]

and it tells what it remembers, and can be told to answer otherwise (see callfire_answers) or to know another API key:

    GET /twin/urls
    PUT /twin/answer/lose
    PUT /twin/api-key                                           the body
"""

import os
import secrets
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path

import requests
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from local import ROOT, processes
from local.callfire_answers import ANSWERS, refused
from local.samples import SAMPLES

# The headers of later generations' deliveries; those of cloud/1 are not known.
POSTBACK_HEADERS = {"Content-Type": "text/xml; charset=UTF-8", "User-Agent": "CallFire-HTTP/1.0"}
POSTBACK_TIMEOUT = 35  # API Gateway answers within 30

_CALLBACK = "<any(callfinish, campaignfinish):callback>"


def start(state_dir: Path, api_key: str) -> str:
    """Start the twin of a stack, and return its URL. Raises RuntimeError; callfire-twin.log says why."""
    environment = {"PYTHONPATH": str(ROOT), "CALLFIRE_API_KEY": api_key}

    def start_on(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__, str(port)]
        return processes.start(command, environment, state_dir=state_dir, log="callfire-twin.log")

    return f"http://127.0.0.1:{processes.serve(start_on)}"


def create_app(api_key: str) -> Flask:  # noqa: C901  one inner function for each route
    """Make a twin that knows one account, by its API key."""
    app = Flask(__name__)
    urls: dict[str, str] = {}
    now = {"answer": "documented", "api_key": api_key}

    @app.route(f"/cloud/1/reports/callback/{_CALLBACK}", methods=["POST", "DELETE"])
    @app.route(f"/cloud/1/reports/callback/{_CALLBACK}/<int:campaign>", methods=["POST", "DELETE"])
    def subscribe(callback: str, campaign: int | None = None) -> Response:
        if not secrets.compare_digest(request.form.get("apikey", ""), now["api_key"]):
            return refused("Invalid API key", HTTPStatus.UNAUTHORIZED)
        url = request.form.get("postUrl")

        def save() -> None:
            if url:
                urls[_scope(callback, campaign)] = url
            else:
                urls.pop(_scope(callback, campaign), None)

        return ANSWERS[now["answer"]](save)

    @app.get("/twin/urls")
    def remembered() -> Response:
        return jsonify(urls)

    @app.put(f"/twin/answer/<any({', '.join(ANSWERS)}):answer>")
    def answer(answer: str) -> tuple[str, HTTPStatus]:
        now["answer"] = answer
        return "", HTTPStatus.NO_CONTENT

    @app.put("/twin/api-key")
    def know() -> tuple[str, HTTPStatus]:
        now["api_key"] = request.get_data(as_text=True)
        return "", HTTPStatus.NO_CONTENT

    @app.post(f"/twin/postbacks/{_CALLBACK}")
    @app.post(f"/twin/postbacks/{_CALLBACK}/<int:campaign>")
    def post(callback: str, campaign: int | None = None) -> tuple[Response, HTTPStatus]:
        sample = request.args.get("sample")
        scope = _scope(callback, campaign)
        if sample and sample not in SAMPLES:
            return jsonify(error=f"no sample {sample}; there are {', '.join(SAMPLES)}"), HTTPStatus.NOT_FOUND
        if scope not in urls:
            return jsonify(error=f"no URL for {scope}"), HTTPStatus.NOT_FOUND
        body = SAMPLES[sample] if sample else request.get_data()
        answer = _post(urls[scope], body)
        return jsonify(status=answer.status_code, headers=dict(answer.headers), body=answer.text), HTTPStatus.OK

    return app


def _scope(callback: str, campaign: int | None) -> str:
    return callback if campaign is None else f"{callback}/{campaign}"


def _post(url: str, body: bytes) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the user's
        return session.post(url, body, headers=POSTBACK_HEADERS, timeout=POSTBACK_TIMEOUT, allow_redirects=False)


if __name__ == "__main__":
    make_server(
        "127.0.0.1", int(sys.argv[1]), create_app(os.environ["CALLFIRE_API_KEY"]), threaded=True
    ).serve_forever()
