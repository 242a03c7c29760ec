"""The fake CallFire in this process, and a function that calls it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest
from werkzeug.serving import make_server

from callfire_postbacks.aws import clients
from callfire_postbacks.subscriptions import callfire_cloud1, callfire_v2_api, lifecycle
from local.fake_callfire.account import Account
from local.fake_callfire.server import CALLBACK_PATH, V2_PATH, create_app
from tests.support.settings import override_subscriptions

API_KEY = "key-of-the-fake_callfire+with/marks"
API_URL = "https://api.example.com"


@dataclass(frozen=True)
class Server:
    """The address and the state of a fake CallFire."""

    url: str
    account: Account
    v2_url: str


@contextmanager
def serving() -> Iterator[Server]:
    """Run a fake CallFire on its own port."""
    account = Account(API_KEY)
    server = make_server("127.0.0.1", 0, create_app(account), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        yield Server(url + CALLBACK_PATH, account, url + V2_PATH)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run a fake CallFire for CallFire's client, with a short timeout where an answer is slow."""
    read_seconds = 0.4 if "slow" in request.node.name else 10
    with serving() as server:
        override_subscriptions(monkeypatch, callfire_url=server.url, callfire_v2_url=server.v2_url)
        for client in (callfire_cloud1, callfire_v2_api):
            monkeypatch.setattr(client, "READ_SECONDS", read_seconds)
        yield server


@pytest.fixture
def fake_callfire(aws: None, server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:  # noqa: ARG001  made first
    """Run a fake CallFire for a cold function, without waiting for other functions."""
    store_parameter("CALLFIRE_API_KEY_PARAMETER", API_KEY)
    store_parameter("API_URL_PARAMETER", API_URL)
    store_parameter("CALLFIRE_CREDENTIALS_PARAMETER", server.account.v2.credentials)
    monkeypatch.setattr(lifecycle, "REREAD_SECONDS", 0)
    return server


def store_parameter(variable: str, value: str) -> None:
    """Store a value in SSM under the name in an environment variable, as a deployer does."""
    clients.ssm().put_parameter(Name=os.environ[variable], Value=value, Type="SecureString", Overwrite=True)
