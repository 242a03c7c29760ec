"""A local server that answers CallFire's client, byte for byte."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from callfire_postbacks.subscriptions import callfire_cloud1
from tests.support.fake_callfire import API_KEY
from tests.support.settings import override_subscriptions

TOKEN = "t" * 43


URL = f"https://api.example.com/postbacks/callfinish/{TOKEN}"


SAVED = b"<reportResponse><description>Saved</description><success>true</success></reportResponse>"


Respond = Callable[[socket.socket], None]


@contextmanager
def responding(monkeypatch: pytest.MonkeyPatch, respond: Respond, *, scheme: str = "http") -> Iterator[list[bytes]]:
    """Answer each connection, byte for byte; return the requests."""
    requests: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.02)
    stopped = False

    def serve() -> None:
        while not stopped:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            with connection:
                try:
                    if scheme == "http":
                        requests.append(_read_request(connection))
                    respond(connection)
                except OSError:
                    pass  # the client has closed the connection, as it may

    thread = Thread(target=serve)
    thread.start()
    monkeypatch.setattr(callfire_cloud1, "READ_SECONDS", 1)
    override_subscriptions(monkeypatch, callfire_url=f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/callback")
    try:
        yield requests
    finally:
        stopped = True
        thread.join()
        listener.close()


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request or not request.split(b"\r\n\r\n", 1)[1]:
        request += connection.recv(65_536)
    return request


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> Respond:
    """Return a whole answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def set_callback(subscription: str = "callfinish") -> str:
    """Send the tests' usual request."""
    return callfire_cloud1.set_callback(subscription, URL, api_key=API_KEY)
