"""A proxy between the deployed functions and AWS, in which calls fail on demand.

Each function has its own endpoint, {url}/{function}, which identifies the caller. The faults are real for the
function's own deployed client: an error, no answer, a broken connection, or the end of the process.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Final
from urllib.parse import parse_qs

import urllib3

from tests.support.storm.faults import Call, Decide, Fault

SLOW_SECONDS: Final = 1
HANG_SECONDS: Final = 2.5
"""Longer than the timeout of every client of the functions, which a test in tests/unit checks."""

MAX_CONNECTIONS: Final = 64
"""Connections kept open to AWS: more than the functions' concurrent calls."""

_REFUSALS: Final = {
    "refused": (HTTPStatus.BAD_REQUEST, "AccessDeniedException"),
    "throttled": (HTTPStatus.BAD_REQUEST, "ThrottlingException"),
    "failing": (HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerError"),
}
_SERVICE: Final = re.compile(r"/(\w+)/aws4_request")


class FaultProxy(ThreadingHTTPServer):
    """A proxy for an AWS endpoint; `kill` must end the local process that owns a port of 127.0.0.1."""

    def __init__(self, endpoint_url: str, kill: Callable[[int], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.url: Final = f"http://127.0.0.1:{self.server_port}"
        self.aws: Final = urllib3.connection_from_url(endpoint_url, maxsize=MAX_CONNECTIONS, timeout=60)
        self.kill: Final = kill
        self.happened: Final[Counter[tuple[Fault, str]]] = Counter()
        """The number of times each fault has met each function."""
        self.stopped: Final = Event()
        self._deciding: list[Decide] = []
        self._lock = Lock()

    @contextmanager
    def running(self) -> Iterator["FaultProxy"]:
        """Run the proxy until the block ends."""
        thread = Thread(target=self.serve_forever, args=[0.1])
        thread.start()
        try:
            yield self
        finally:
            self.stopped.set()
            self.shutdown()
            thread.join()
            self.server_close()
            self.aws.close()

    @contextmanager
    def deciding(self, decide: Decide) -> Iterator[None]:
        """Choose the faults of calls until the block ends; the latest choice comes first."""
        self._deciding = [decide, *self._deciding]
        try:
            yield
        finally:
            self._deciding = [other for other in self._deciding if other is not decide]

    @contextmanager
    def failing(self, fault: Fault, *what: str, function: str = "", times: float = float("inf")) -> Iterator[None]:
        """Fail calls for a while or a number of times: "sns" or "sns.Publish", of any function or of one."""

        def decide(call: Call) -> Fault | None:
            nonlocal times
            is_meant = {call.service, f"{call.service}.{call.operation}"} & {*what} and function in ("", call.function)
            times -= bool(is_meant)
            return fault if is_meant and times >= 0 else None

        with self.deciding(decide):
            yield

    def decide(self, call: Call) -> Fault | None:
        """Choose the fault of a call, and count it."""
        with self._lock:
            chosen = (decide(call) for decide in self._deciding)
            fault = next((fault for fault in chosen if fault), None)
            if fault:
                self.happened[fault, call.function] += 1
        return fault

    def handle_error(self, *_: object) -> None:
        """Ignore a function that broke its connection, by a timeout or its end."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # send an answer at once
    disable_nagle_algorithm = True
    server: FaultProxy

    def finish(self) -> None:
        with suppress(OSError):  # the peer may have closed it
            super().finish()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match self.server.decide(self._call(body)):
            case "refused" | "throttled" | "failing" as refusal:
                self._refuse(*_REFUSALS[refusal])
            case ("down" | "hanging" | "dying") as fault:
                self._fail(fault)
            case ("losing" | "late" | "dying after") as fault:
                self._carry_out(body)
                self._fail(fault)
            case fault:
                answer = self._carry_out(body)
                if fault == "slow":
                    self.server.stopped.wait(SLOW_SECONDS)
                self._answer(*answer)

    def _call(self, body: bytes) -> Call:
        [service] = _SERVICE.findall(self.headers["Authorization"])
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        return Call(self.path.strip("/"), service, target or parse_qs(body.decode())["Action"][0])

    def _fail(self, fault: Fault) -> None:
        if fault in ("hanging", "late"):
            self.server.stopped.wait(HANG_SECONDS)
        if fault in ("dying", "dying after"):
            self.server.kill(self.client_address[1])
        self.close_connection = True

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        if "X-Amz-Target" in self.headers:
            self._answer(status, {}, json.dumps({"__type": code}).encode())
        else:
            self._answer(status, {}, f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>".encode())

    def _carry_out(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        answer = self.server.aws.urlopen("POST", "/", body, dict(self.headers), retries=False, decode_content=False)
        return answer.status, dict(answer.headers), answer.data

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
