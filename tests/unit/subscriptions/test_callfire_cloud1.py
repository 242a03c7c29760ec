"""The client of CallFire's callback API: its requests and their destination."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_cloud1, callfire_http
from callfire_postbacks.subscriptions.callfire_http import RefusedError, UnavailableError, UncertainError
from tests.support.fake_callfire import API_KEY, Server
from tests.support.responding import SAVED, URL, answer, responding, set_callback
from tests.support.settings import override_subscriptions


@pytest.mark.parametrize(
    ("subscription", "scope"),
    [
        ("callfinish", "callfinish"),
        ("callfinish-22222", "callfinish/22222"),
        ("campaignfinish", "campaignfinish"),
        ("campaignfinish-22222", "campaignfinish/22222"),
    ],
)
def test_subscribes_as_documented(server: Server, subscription: str, scope: str) -> None:
    """Subscribing POSTs the key and the URL to CallFire's path; the documented answer means yes, although not XML."""
    assert callfire_cloud1.set_callback(subscription, URL, api_key=API_KEY) == "Saved"
    assert server.account.urls == {scope: URL}


def test_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is a form with the two documented fields, even if the URL is empty."""
    with responding(monkeypatch, answer(SAVED)) as requests:
        callfire_cloud1.set_callback("callfinish", "", api_key="a&b")
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /callback/callfinish HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"apikey=a%26b&postUrl="


@pytest.mark.parametrize("url", ["", None])
def test_unsubscribes(server: Server, url: str | None) -> None:
    """Each assumed way of unsubscribing is sent so that a CallFire that supports it understands it."""
    set_callback()
    if url is None:
        callfire_cloud1.delete_callback("callfinish", api_key=API_KEY)
    else:
        callfire_cloud1.set_callback("callfinish", url, api_key=API_KEY)
    assert server.account.urls == {}


def test_lost_connection(server: Server) -> None:
    """A connection that breaks after the request counts as no answer, even if CallFire carried it out."""
    server.account.answer = "lose"
    with pytest.raises(UncertainError):
        set_callback()
    assert server.account.urls == {"callfinish": URL}


def test_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed connection is tried three times; then certainly nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    override_subscriptions(monkeypatch, callfire_url=f"http://127.0.0.1:{port}")
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with pytest.raises(UnavailableError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire cannot be reached."
    assert len(pauses) == 1  # the second attempt follows at once
    assert 1 <= pauses[0] <= 1.5


def test_no_connection_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a host accepts no connection in time, certainly nothing was sent."""
    monkeypatch.setattr(callfire_http, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.settimeout(0)
            connection.connect_ex(("127.0.0.1", port))
        override_subscriptions(monkeypatch, callfire_url=f"http://127.0.0.1:{port}")
        with pytest.raises(UnavailableError) as raised:
            set_callback()
        for connection in waiting:
            connection.close()
    assert str(raised.value) == "CallFire accepted no connection within 0.05 s."


def test_no_redirect_takes_the_key_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is sent only to the configured host, even if that host redirects."""
    with responding(monkeypatch, answer(SAVED)) as elsewhere:
        location = f"Location: {settings.subscriptions().callfire_url}/elsewhere\r\n"
        redirect = answer(b"", "307 Temporary Redirect", location)
        with responding(monkeypatch, redirect), pytest.raises(RefusedError):
            set_callback()
        assert elsewhere == []


def test_untrusted_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A host without a trusted certificate gets no request, so no key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(tmp_path))
    received: list[bytes] = []

    def respond(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            received.append(secure.recv(65_536))

    with responding(monkeypatch, respond, scheme="https"), pytest.raises(UncertainError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire gave no answer (SSLError)."
    assert received == []


def test_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """A proxy in the environment does not see the key."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    set_callback()
    assert server.account.urls == {"callfinish": URL}


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509
        .CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(private + certificate)
    return file
