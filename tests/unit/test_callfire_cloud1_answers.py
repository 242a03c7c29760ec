"""How the client of CallFire's callback API reads whatever comes back."""

import socket
import time

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


@pytest.mark.parametrize("secret", [API_KEY, API_KEY.upper(), "key-of-the-fake_callfire%2Bwith%2Fmarks", URL, TOKEN])
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
