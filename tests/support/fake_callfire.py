"""CallFire's fake_callfire in this process, and a function that talks to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import pytest
from werkzeug.serving import make_server

from callfire_postbacks.aws import clients
from callfire_postbacks.subscriptions import callfire_cloud1, lifecycle, parameters
from local.fake_callfire import CALLBACK_PATH, Account, create_app
from tests.support.settings import override_subscriptions

API_KEY = "key-of-the-fake_callfire+with/marks"
API_URL = "https://api.example.com"


@dataclass(frozen=True)
class Server:
    """Where the fake_callfire listens, and what it knows."""

    url: str
    account: Account


@contextmanager
def serving() -> Iterator[Server]:
    """Have a fake_callfire listen on a port of its own."""
    account = Account(API_KEY)
    server = make_server("127.0.0.1", 0, create_app(account), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}{CALLBACK_PATH}", account)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A fake_callfire that the client of CallFire talks to, and leaves little time to answer."""
    with serving() as server:
        override_subscriptions(monkeypatch, callfire_url=server.url)
        monkeypatch.setattr(callfire_cloud1, "READ_SECONDS", 0.3)
        yield server


@pytest.fixture
def fake_callfire(aws: None, server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:  # noqa: ARG001  made first
    """A fake_callfire, a function that has just started and knows of it, and no waiting for other functions."""
    store_parameter("CALLFIRE_API_KEY_PARAMETER", API_KEY)
    store_parameter("API_URL_PARAMETER", API_URL)
    parameters._provider.cache_clear()  # noqa: SLF001  a warm function must not outlive its test
    monkeypatch.setattr(lifecycle, "REREAD_SECONDS", 0)
    return server


def store_parameter(variable: str, value: str) -> None:
    """Keep a value in SSM under the name that a variable of the environment gives, as whoever deploys does."""
    clients.ssm().put_parameter(Name=os.environ[variable], Value=value, Type="SecureString", Overwrite=True)
