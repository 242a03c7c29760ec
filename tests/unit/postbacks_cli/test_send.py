"""`postbacks send` to servers with strange answers, or to no URL at all: one line each, and never a traceback."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Final

import pytest
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.errors import CommandError

ANSWERS: Final = {
    "/520": (520, b"<html>a proxy</html>"),
    "/299": (299, b"[]"),
    "/202": (202, b'{"status":"rejected","reason":"not-xml"}'),
}


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        status, body = ANSWERS[self.path]
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(status, "")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Run a server that answers by the path."""
    with HTTPServer(("127.0.0.1", 0), _Answers) as answering:
        thread = Thread(target=answering.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{answering.server_port}"
        answering.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "status", "stderr"),
    [("/520", 1, "HTTP 520\n"), ("/299", 0, "HTTP 299\n"), ("/202", 1, "HTTP 202 Accepted\n")],
    ids=["unknown failure", "unknown success", "kept and rejected"],
)
def test_strange_answers(server: str, path: str, status: int, stderr: str) -> None:
    """The answer is shown whatever its status; a postback that does not become an event is a failure."""
    result = CliRunner().invoke(app, ["send", "text-sent", "--url", server + path])
    assert (result.exit_code, result.stderr) == (status, stderr)
    assert result.stdout == ANSWERS[path][1].decode() + "\n"


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://[secret]/", "nothing", "http://127.0.0.1:99999/", "http://a b/"]
)
def test_text_that_is_not_a_url(url: str) -> None:
    """One line says so without quoting the URL, because it could be a secret."""
    result = CliRunner().invoke(app, ["send", "text-sent", "--url", url])
    assert isinstance(result.exception, CommandError)
    assert url not in str(result.exception)
