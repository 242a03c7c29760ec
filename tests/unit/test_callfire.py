"""The client of CallFire's callback API: what it sends, and how it reads whatever comes back."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from callfire_postbacks import callfire
from callfire_postbacks.callfire import CallFireError, RefusedError, UnavailableError, UncertainError
from tests.unit.twin import API_KEY, Server, serving

TOKEN = "t" * 43
URL = f"https://api.example.com/postbacks/callfinish/{TOKEN}"
SAVED = b"<reportResponse><description>Saved</description><success>true</success></reportResponse>"

Respond = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """CallFire gets little time."""
    monkeypatch.setattr(callfire, "READ_SECONDS", 0.3)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """CallFire's twin."""
    with serving() as twin:
        monkeypatch.setattr(callfire, "_URL", twin.url)
        yield twin


@contextmanager
def responding(monkeypatch: pytest.MonkeyPatch, respond: Respond, *, scheme: str = "http") -> Iterator[list[bytes]]:
    """Have something answer each connection, byte for byte; gives the requests that it got."""
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
                    pass  # the client has left, as it may

    thread = Thread(target=serve)
    thread.start()
    monkeypatch.setattr(callfire, "_URL", f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/callback")
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
    """A whole answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def set_callback(subscription: str = "callfinish") -> str:
    """Ask what the tests ask."""
    return callfire.set_callback(subscription, URL, api_key=API_KEY)


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
    """A subscription is a POST of the key and the URL to CallFire's own path; the documented answer, though no XML, is a yes."""
    assert callfire.set_callback(subscription, URL, api_key=API_KEY) == "Saved"
    assert server.account.urls == {scope: URL}


def test_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent is a form with the two documented fields, also where the URL is empty."""
    with responding(monkeypatch, answer(SAVED)) as requests:
        callfire.set_callback("callfinish", "", api_key="a&b")
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /callback/callfinish HTTP/1.1\r\n")
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert body == b"apikey=a%26b&postUrl="


@pytest.mark.parametrize("url", ["", None])
def test_unsubscribes(server: Server, url: str | None) -> None:
    """Either guess at unsubscribing is sent in a way that a CallFire that knows it understands."""
    set_callback()
    if url is None:
        callfire.delete_callback("callfinish", api_key=API_KEY)
    else:
        callfire.set_callback("callfinish", url, api_key=API_KEY)
    assert server.account.urls == {}


@pytest.mark.parametrize("flag", ["success", "successful", "SUCCESS", "Successful", "n:success"])
@pytest.mark.parametrize("value", ["true", "TRUE", " true\n"])
@pytest.mark.parametrize("template", ["<reportResponse>{}</reportResponse>", "<other>{}</other>", "{}"])
def test_reads_any_yes(monkeypatch: pytest.MonkeyPatch, flag: str, value: str, template: str) -> None:
    """Either name of the flag is a yes, in any case, in any root."""
    with responding(monkeypatch, answer(template.format(f"<{flag}>{value}</{flag}>").encode())):
        assert set_callback() == ""


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("200 OK", b"<r><successful>false</successful></r>", RefusedError),
        ("500 Oops", b"<r><Success>FALSE</Success></r>", RefusedError),
        ("200 OK", b"<r><success>true</success><successful>false</successful></r>", RefusedError),
        ("401 Unauthorized", b"", RefusedError),
        ("404 Not Found", b"<html></html>", RefusedError),
        ("302 Found", b"", RefusedError),
        ("429 Too Many Requests", b"slow down", UnavailableError),
        ("503 Service Unavailable", b"", UncertainError),
        ("500 Oops", b"<r><success>true</success></r>", UncertainError),
        ("200 OK", b"", UncertainError),
        ("200 OK", b"<html>Welcome</html>", UncertainError),
        ("200 OK", b"<r><success>perhaps</success></r>", UncertainError),
        ("200 OK", b"\xff\xfe\x00", UncertainError),
    ],
)
def test_reads_anything_else(
    monkeypatch: pytest.MonkeyPatch, status: str, body: bytes, error: type[CallFireError]
) -> None:
    """A no is a refusal, "later" is unavailable, and what says neither yes nor no is uncertain; each is sent once."""
    with responding(monkeypatch, answer(body, status)) as requests, pytest.raises(error) as raised:
        set_callback()
    assert f"HTTP {status[:3]}" in str(raised.value)
    assert len(requests) == 1


def test_known_error_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one real error answer that is known is a refusal, and its words are passed on."""
    body = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<campaignResponse> <description>SMS not enabled</description>
<successful>false</successful> </campaignResponse>"""
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200: SMS not enabled"


@pytest.mark.parametrize("secret", [API_KEY, API_KEY.upper(), "key-of-the-twin%2Bwith%2Fmarks", URL, TOKEN])
def test_words_hold_no_secret(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """CallFire's words are passed on without the key and the URL that they may echo, in any spelling of theirs."""
    body = f"<r><description>No &lt;{secret}&gt;\x07, sorry</description><success>false</success></r>".encode()
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200: No <[secret]>, sorry"


def test_words_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much CallFire says, a sentence or two are passed on, and never half a secret."""
    body = b"<description>" + b"no " * 20_000 + API_KEY.encode() + b"</description><success>false</success>"
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert len(str(raised.value)) < 350


def test_cut_off_words_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A description without an end is not passed on, since a secret in it could not be known."""
    body = b"<success>false</success><description>" + API_KEY[:-3].encode()
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200"


def test_huge_answer(server: Server) -> None:
    """Of an answer without an end, no more is read than any real one has."""
    server.account.answer = "huge"
    with pytest.raises(UncertainError):
        set_callback()


def test_slow_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not begin in time is no answer, and nothing is sent again: CallFire may have done it."""
    with responding(monkeypatch, lambda _: time.sleep(0.5)) as requests, pytest.raises(UncertainError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire gave no answer (ReadTimeout)."
    assert len(requests) == 1


def test_dripping_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not end in time is read as far as it came."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"1\r\n \r\n")
            time.sleep(0.05)

    began = time.monotonic()
    with responding(monkeypatch, drip):
        with pytest.raises(UncertainError):
            set_callback()
        assert time.monotonic() - began < 1.5


def test_lost_connection(server: Server) -> None:
    """A connection that breaks after the request was sent is no answer, though it was carried out."""
    server.account.answer = "lose"
    with pytest.raises(UncertainError):
        set_callback()
    assert server.account.urls == {"callfinish": URL}


def test_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that cannot be made is tried three times; then nothing was sent for sure."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr(callfire, "_URL", f"http://127.0.0.1:{port}")
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with pytest.raises(UnavailableError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire cannot be reached."
    assert len(pauses) == 1  # the second attempt comes at once
    assert 1 <= pauses[0] <= 1.5


def test_no_connection_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that takes no connection is given up on, and nothing was sent for sure."""
    monkeypatch.setattr(callfire, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.settimeout(0)
            connection.connect_ex(("127.0.0.1", port))
        monkeypatch.setattr(callfire, "_URL", f"http://127.0.0.1:{port}")
        with pytest.raises(UnavailableError) as raised:
            set_callback()
        for connection in waiting:
            connection.close()
    assert str(raised.value) == "CallFire took no connection within 0.05 s."


def test_no_redirect_takes_the_key_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key goes to the host that it is meant for, whatever that one says."""
    with responding(monkeypatch, answer(SAVED)) as elsewhere:
        location = f"Location: {callfire._URL}/elsewhere\r\n"  # noqa: SLF001
        redirect = answer(b"", "307 Temporary Redirect", location)
        with responding(monkeypatch, redirect), pytest.raises(RefusedError):
            set_callback()
        assert elsewhere == []


def test_certificate_that_nobody_vouches_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A host that cannot prove to be CallFire gets no request, so no key."""
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


def test_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
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
