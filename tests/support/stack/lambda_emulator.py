"""Run a built function as Lambda does: by AWS's runtime interface emulator and runtime client, without Docker.

The emulator is a Linux program that comes with SAM's command line. It answers one call at a time.
"""

import json
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

import samcli


class Function(NamedTuple):
    """A running function."""

    invoke: Callable[[Mapping[str, Any]], dict[str, Any]]
    """Pass the function an event and return its answer; fail if it raises."""
    log: Path
    """The output of the function and the emulator."""


_EMULATORS: Final = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}  # uname's names of the machine

# The packages of Lambda's Python besides the standard library.
_RUNTIME: Final = (
    *("awslambdaric", "simplejson", "snapshot-restore-py"),
    *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
)


@contextmanager
def emulated(artifact: Path, *, handler: str, environment: Mapping[str, str], scratch: Path) -> Iterator[Function]:
    """Run an artifact with Lambda's own packages and the standard library, and nothing else of this Python."""
    runtime = lambda_runtime(scratch / "runtime")
    front, back = free_addresses(2)
    emulator = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{_EMULATORS[platform.machine()]}"
    log = scratch / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(emulator, "--runtime-interface-emulator-address", front, "--runtime-api-address", back),
                *(sys.executable, "-S", "-m", "awslambdaric", handler),
            ],
            cwd=artifact,
            env={
                "LAMBDA_TASK_ROOT": str(artifact),
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's file system is read-only
                "PYTHONPATH": str(runtime),
                "TZ": ":UTC",
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _await(front)
            yield Function(partial(_invoke, front, log), log)
        finally:
            process.terminate()  # it also ends the runtime
            process.wait()


def lambda_runtime(directory: Path, *more: str) -> Path:
    """Create a directory with Lambda's own packages, as this Python has them, and with others by name."""
    directory.mkdir()
    for name in (*_RUNTIME, *more):
        package = distribution(name)
        names = {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
        for top in names:
            (directory / top).symlink_to(Path(str(package.locate_file(top))))
    return directory


def free_addresses(count: int) -> list[str]:
    """Find unused ports of 127.0.0.1."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return [f"127.0.0.1:{port}" for port in ports]


def _await(address: str) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + 10
    while True:
        try:
            with closing(socket.create_connection((host, int(port)))):
                return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _invoke(address: str, log: Path, event: Mapping[str, Any]) -> dict[str, Any]:
    with closing(HTTPConnection(address)) as connection:
        connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read() or b"{}")
    assert response.status == HTTPStatus.OK, log.read_text()
    assert "errorMessage" not in answer, answer
    return answer
