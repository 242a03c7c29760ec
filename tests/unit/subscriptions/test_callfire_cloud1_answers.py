"""The client of CallFire's callback API reads any answer."""

import socket
import time
from threading import Event

import pytest

from callfire_postbacks.subscriptions.callfire_http import (
    CallFireError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from tests.support.fake_callfire import API_KEY, Server
from tests.support.responding import TOKEN, URL, answer, responding, set_callback


@pytest.mark.parametrize("flag", ["success", "successful", "SUCCESS", "Successful", "n:success"])
@pytest.mark.parametrize("value", ["true", "TRUE", " true\n"])
@pytest.mark.parametrize("template", ["<reportResponse>{}</reportResponse>", "<other>{}</other>", "{}"])
def test_any_confirmation_is_read(monkeypatch: pytest.MonkeyPatch, flag: str, value: str, template: str) -> None:
    """Either name of the flag means yes, in any letter case and any root."""
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
def test_other_answers_confirm_nothing(
    monkeypatch: pytest.MonkeyPatch, status: str, body: bytes, error: type[CallFireError]
) -> None:
    """A no is a refusal, "later" is unavailable, and an unclear answer is uncertain; each request is sent once."""
    with responding(monkeypatch, answer(body, status)) as requests, pytest.raises(error) as raised:
        set_callback()
    assert f"HTTP {status[:3]}" in str(raised.value)
    assert len(requests) == 1


def test_known_error_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only known real error answer is a refusal, and its text is passed on."""
    body = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<campaignResponse> <description>SMS not enabled</description>
<successful>false</successful> </campaignResponse>"""
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200: SMS not enabled"


@pytest.mark.parametrize("secret", [API_KEY, API_KEY.upper(), "key-of-the-fake_callfire%2Bwith%2Fmarks", URL, TOKEN])
def test_detail_holds_no_secret(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """CallFire's text is passed on without the key and the URL that it may repeat, in any spelling."""
    body = f"<r><description>No &lt;{secret}&gt;\x07, sorry</description><success>false</success></r>".encode()
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200: No <[secret]>, sorry"


def test_detail_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a sentence or two of CallFire's text are passed on, and never a part of a secret."""
    body = b"<description>" + b"no " * 20_000 + API_KEY.encode() + b"</description><success>false</success>"
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert len(str(raised.value)) < 350


def test_cut_off_detail_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unterminated description is not passed on, because a secret in it could not be recognized."""
    body = b"<success>false</success><description>" + API_KEY[:-3].encode()
    with responding(monkeypatch, answer(body)), pytest.raises(RefusedError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire refused, HTTP 200"


def test_huge_answer(server: Server) -> None:
    """An endless answer is read up to the size of a real one."""
    server.account.answer = "huge"
    with pytest.raises(UncertainError):
        set_callback()


def wait_for_the_end(connection: socket.socket) -> None:
    """Answer nothing until the client closes the connection."""
    connection.recv(1)


def test_slow_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not start in time counts as none, and no retry follows: CallFire may have acted."""
    with responding(monkeypatch, wait_for_the_end) as requests, pytest.raises(UncertainError) as raised:
        set_callback()
    assert str(raised.value) == "CallFire gave no answer (ReadTimeout)."
    assert len(requests) == 1


def test_dripping_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that does not end in time is used up to that point."""
    all_sent = Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(600):
            connection.sendall(b"1\r\n \r\n")
            time.sleep(0.05)
        all_sent.set()

    with responding(monkeypatch, drip), pytest.raises(UncertainError):
        set_callback()
    assert not all_sent.is_set()
