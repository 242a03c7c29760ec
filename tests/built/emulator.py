"""Runs a built function as Lambda does: by AWS's runtime interface emulator and runtime client, without Docker.

The emulator is a Linux program and comes with SAM's command line. It answers one call at a time.
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
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

import samcli

Invoke = Callable[[Mapping[str, Any]], dict[str, Any]]

_EMULATORS: Final = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}  # by what uname calls the machine

# What Lambda's Python has beside the standard library.
_RUNTIME: Final = (
    *("awslambdaric", "simplejson", "snapshot-restore-py"),
    *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
)


@contextmanager
def emulated(artifact: Path, *, handler: str, timeout: int, environment: Mapping[str, str], scratch: Path) -> Iterator[Invoke]:
    """Start the emulator on an artifact; `invoke` hands it an event and returns the function's answer.

    The function sees the artifact, Lambda's own packages and the standard library, nothing else of this Python.
    What it logs is in `scratch`/log.
    """
    runtime = lambda_runtime(scratch / "runtime")
    front, back = (f"127.0.0.1:{port}" for port in free_ports(2))
    emulator = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{_EMULATORS[platform.machine()]}"
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(emulator, "--runtime-interface-emulator-address", front, "--runtime-api-address", back),
                *(sys.executable, "-S", "-m", "awslambdaric", handler),
            ],
            cwd=artifact,
            env={
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
                "LAMBDA_TASK_ROOT": str(artifact),
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's file system is read-only
                "PYTHONPATH": str(runtime),
                "TZ": ":UTC",
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await(front)
            yield lambda event: _invoke(front, event)
        finally:
            process.terminate()  # it ends the runtime with it
            process.wait()


def lambda_runtime(directory: Path) -> Path:
    """Make a directory with Lambda's own packages, as this Python has them."""
    directory.mkdir()
    for name in _RUNTIME:
        package = distribution(name)
        tops = {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (directory / top).symlink_to(Path(str(package.locate_file(top))))
    return directory


def free_ports(count: int) -> list[int]:
    """Find ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in sockets]
    for listener in sockets:
        listener.close()
    return ports


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


def _invoke(address: str, event: Mapping[str, Any]) -> dict[str, Any]:
    url = f"http://{address}/2015-03-31/functions/function/invocations"
    with urlopen(Request(url, json.dumps(event).encode())) as response:  # noqa: S310  the URL is our own
        answer: dict[str, Any] = json.load(response)
    assert "errorMessage" not in answer, answer
    return answer
