"""A second DynamoDB for the unit tests: AWS's own DynamoDB Local instead of moto (`make test-dynamodb`)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from callfire_postbacks.aws.clients import dynamodb
from local import processes

_AWS: Final = "https://dynamodb.us-east-1.amazonaws.com"
_STOP_SECONDS: Final = 10


@contextmanager
def running(directory: Path) -> Iterator[str]:
    """Run the engine from a directory that holds DynamoDBLocal.jar, in memory, and return its URL."""
    started: list[subprocess.Popen[bytes]] = []

    def start_on(port: int) -> subprocess.Popen[bytes]:
        options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
        command = ["java", *options, "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
        started.append(subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL))
        return started[-1]

    try:
        yield f"http://127.0.0.1:{processes.serve(start_on)}"
    finally:
        for process in started:
            process.terminate()
            process.wait(_STOP_SECONDS)


@contextmanager
def used(url: str) -> Iterator[None]:
    """Send every DynamoDB call of any client to the engine, after removing its tables."""
    answer = BotocoreStubber.process_request

    def process_request(stubber: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401  moto's own
        if not request.url.startswith(_AWS):
            return answer(stubber, request)
        request.url = request.url.replace(_AWS, url)
        return None  # so that botocore sends it

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", process_request)
        _delete_tables()
        yield


def _delete_tables() -> None:
    for name in dynamodb().list_tables()["TableNames"]:
        dynamodb().delete_table(TableName=name)
