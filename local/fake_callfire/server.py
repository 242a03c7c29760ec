"""The server of the fake CallFire."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.serving import make_server

from local import processes
from local.fake_callfire import cloud1, cloud1_controls, v2, v2_controls
from local.fake_callfire.account import Account, Webhooks
from tools import ROOT

CALLBACK_PATH: Final = "/cloud/1/reports/callback"
V2_PATH: Final = "/v2"


def start(state_dir: Path, api_key: str, credentials: str) -> str:
    """Start the fake CallFire, and return its URL. Raises RuntimeError; fake-callfire.log says why."""
    environment = {"PYTHONPATH": str(ROOT), "CALLFIRE_API_KEY": api_key, "CALLFIRE_CREDENTIALS": credentials}

    def start_on(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__, str(port)]
        return processes.start(command, environment, state_dir=state_dir, log="fake-callfire.log")

    return f"http://127.0.0.1:{processes.serve(start_on)}"


def create_app(account: Account) -> Flask:
    """Create a fake CallFire with one account."""
    app = Flask(__name__)
    app.register_blueprint(cloud1.callbacks(account), url_prefix=CALLBACK_PATH)
    app.register_blueprint(cloud1_controls.controls(account), url_prefix="/control")
    app.register_blueprint(v2.api(account.v2), url_prefix=V2_PATH)
    app.register_blueprint(v2_controls.controls(account.v2), url_prefix="/control/v2")
    return app


if __name__ == "__main__":
    customer = Account(os.environ["CALLFIRE_API_KEY"], v2=Webhooks(os.environ["CALLFIRE_CREDENTIALS"]))
    make_server("127.0.0.1", int(sys.argv[1]), create_app(customer), threaded=True).serve_forever()
