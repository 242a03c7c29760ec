"""A second DynamoDB for the unit tests: AWS's own engine, DynamoDB Local, in place of moto's (`make test-dynamodb`)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from botocore.awsrequest import AWSRequest

from callfire_postbacks.aws.clients import dynamodb
from local import processes

_AWS: Final = "https://dynamodb.us-east-1.amazonaws.com"
_STOP_SECONDS: Final = 10


@contextmanager
def running(directory: Path) -> Iterator[str]:
    """Run the engine in a directory that holds DynamoDBLocal.jar, in memory, and return its URL."""
    started: list[subprocess.Popen[bytes]] = []

    def start_on(port: int) -> subprocess.Popen[bytes]:
        options = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
        command = ["java", *options, "-inMemory", "-disableTelemetry", "-port", str(port)]
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
    """Send every call of DynamoDB to the engine, which then has no tables; moto lets other hosts alone."""

    def redirect(request: AWSRequest, **_: object) -> None:
        request.url = str(request.url).replace(_AWS, url)

    client: Any = dynamodb()
    client.meta.events.register("request-created.dynamodb", redirect)  # before it is signed
    _delete_tables()
    try:
        yield
    finally:
        client.meta.events.unregister("request-created.dynamodb", redirect)


def _delete_tables() -> None:
    for name in dynamodb().list_tables()["TableNames"]:
        dynamodb().delete_table(TableName=name)
