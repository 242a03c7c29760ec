"""The functions' environment, AWS in process, and fixtures for recorded calls and log lines."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from threading import RLock
from typing import Any

import pytest
from botocore.loaders import Loader
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber

from tests.support.aws import template_resources

# Powertools reads its environment when it is imported, so all of it is set first.
os.environ |= template_resources.environment() | {
    "AWS_DEFAULT_REGION": template_resources.REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "XDG_STATE_HOME": os.devnull,  # the user's own local stack is not found
}

from callfire_postbacks.aws import circuit_breaker, clients
from callfire_postbacks.observability import logger, metrics
from tests.support import contents, memory
from tests.support.aws import second_dynamodb as second
from tests.support.aws import strict_sns
from tests.support.fake_callfire import fake_callfire, server
from tests.support.signing import proven, v2_url

__all__ = ["fake_callfire", "proven", "server", "v2_url"]

Logged = Callable[[], list[dict[str, Any]]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep only the tests that use DynamoDB if a second DynamoDB is given."""
    if config.getoption("--dynamodb"):
        items[:] = [item for item in items if "aws" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def second_dynamodb(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Return the URL of the DynamoDB that `--dynamodb` names, or None."""
    directory = request.config.getoption("--dynamodb")
    with second.running(directory) if directory else nullcontext() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def shared_loader() -> Iterator[None]:
    """Read the descriptions of AWS's services once, not for each session of a test."""
    loader = Loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda _: loader)
        yield


@pytest.fixture(scope="module")
def moto_started() -> Iterator[None]:
    """Answer AWS calls by moto until the end of the file: to start it takes as long as many a test."""
    with mock_aws():
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, moto_started: None, second_dynamodb: str | None) -> Iterator[None]:  # noqa: ARG001  started first
    """Create the template's empty tables, queues and topics for a cold function."""
    answer, one_at_a_time = BotocoreStubber.process_request, RLock()  # moto is not thread-safe

    def process_request(stubber: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401  moto's own
        with one_at_a_time:
            return answer(stubber, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", process_request)
    strict_sns.refuse_what_aws_refuses(monkeypatch)
    monkeypatch.setattr(circuit_breaker, "_random", lambda: 0)  # failed items are retried, as by relay and drain
    with second.used(second_dynamodb) if second_dynamodb else nullcontext():
        BackendDict.reset()
        template_resources.create()
        yield
    memory.forget()  # a warm function must not outlive its test


@pytest.fixture
def subscribed(aws: None) -> None:  # noqa: ARG001  made first
    """Make the URL of the test postbacks live."""
    contents.subscribe()


@pytest.fixture
def aws_calls(aws: None) -> Iterator[list[str]]:  # noqa: ARG001  made first
    """Record the AWS calls from here on, such as "dynamodb.PutItem", one entry per attempt."""
    calls: list[str] = []

    def record(event_name: str, **_: object) -> None:
        calls.append(event_name.removeprefix("request-created."))

    watched: list[Any] = [clients.dynamodb(), clients.sns(), clients.sqs(), clients.ssm_once()]
    for client in watched:
        client.meta.events.register("request-created", record)
    yield calls
    for client in watched:
        client.meta.events.unregister("request-created", record)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip botocore's pauses before retries."""
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Logged:
    """Return a function that gives the new log lines, metrics included, as dictionaries."""
    metrics.clear_metrics()  # tests without a handler do not flush theirs
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)

    def read() -> list[dict[str, Any]]:
        written = stream.getvalue() + capsys.readouterr().out  # the logger's lines, and the metrics'
        stream.seek(0)
        stream.truncate()
        return [json.loads(line) for line in written.splitlines()]

    return read
