"""CallFire's twin: a loopback server with the callback API of cloud/1 as CallFire documents it.

    POST /cloud/1/reports/callback/callfinish[/{campaign}]      form fields apikey, postUrl
    POST /cloud/1/reports/callback/campaignfinish[/{campaign}]

It remembers each URL, and posts to it on demand, as CallFire does after a call, a text or a campaign:

    POST /twin/postbacks/callfinish[/{campaign}]    the body, or the sample named by ?sample=text-sent
    POST /twin/postbacks/campaignfinish[/{campaign}]
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
from local.samples import SAMPLES

# As documented: the declaration is not well-formed.
SAVED = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes">
<reportResponse>
<description>Saved</description>
<success>true</success>
</reportResponse>
"""
# In the form of the one error answer of CallFire that is known; what it says to a wrong key is not.
REFUSED = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<reportResponse> <description>{}</description>
<success>false</success> </reportResponse>
"""
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


def create_app(api_key: str) -> Flask:
    """Make a twin that knows one account, by its API key."""
    app = Flask(__name__)
    urls: dict[str, str] = {}

    @app.post(f"/cloud/1/reports/callback/{_CALLBACK}")
    @app.post(f"/cloud/1/reports/callback/{_CALLBACK}/<int:campaign>")
    def subscribe(callback: str, campaign: int | None = None) -> Response:
        if not secrets.compare_digest(request.form.get("apikey", ""), api_key):
            return _xml(REFUSED.format("Invalid API key"), HTTPStatus.UNAUTHORIZED)
        url = request.form.get("postUrl", "")
        if url:
            urls[_scope(callback, campaign)] = url
        else:
            urls.pop(_scope(callback, campaign), None)
        return _xml(SAVED)

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


def _xml(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(text, status, content_type="application/xml")


def _post(url: str, body: bytes) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the user's
        return session.post(url, body, headers=POSTBACK_HEADERS, timeout=POSTBACK_TIMEOUT, allow_redirects=False)


if __name__ == "__main__":
    make_server(
        "127.0.0.1", int(sys.argv[1]), create_app(os.environ["CALLFIRE_API_KEY"]), threaded=True
    ).serve_forever()
