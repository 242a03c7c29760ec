"""The functions' environment, AWS in process, and what was called and logged."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from tests.support import template_resources

# Modules read their environment when they are imported, so all of it is here first.
os.environ |= template_resources.environment() | {
    "AWS_DEFAULT_REGION": template_resources.REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}

from callfire_postbacks import signature
from callfire_postbacks.aws import circuit_breaker, clients
from callfire_postbacks.observability import logger
from callfire_postbacks.subscriptions import postback_urls
from tests.support import contents, strict_sns
from tests.support import second_dynamodb as second
from tests.support.fake_callfire import fake_callfire, server

__all__ = ["fake_callfire", "server"]

Logged = Callable[[], list[dict[str, Any]]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to a second DynamoDB the tests that ask one."""
    if config.getoption("--dynamodb"):
        items[:] = [item for item in items if "aws" in getattr(item, "fixturenames", ())]


@pytest.fixture(scope="session")
def second_dynamodb(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of the DynamoDB that `--dynamodb` names; None without it."""
    directory = request.config.getoption("--dynamodb")
    with second.running(directory) if directory else nullcontext() as url:
        yield url


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, second_dynamodb: str | None) -> Iterator[None]:
    """The template's tables, queues and topics, empty, seen by a function that has just started."""
    answer, one_at_a_time = BotocoreStubber.process_request, RLock()  # moto is not made for threads

    def process_request(stubber: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401  moto's own
        with one_at_a_time:
            return answer(stubber, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", process_request)
    strict_sns.refuse_what_aws_refuses(monkeypatch)
    monkeypatch.setattr(circuit_breaker, "_random", lambda: 0)  # what failed is asked again, as by relay and drain
    with mock_aws(), second.used(second_dynamodb) if second_dynamodb else nullcontext():
        template_resources.create()
        postback_urls._records.clear()  # noqa: SLF001  a warm function must not outlive its test
        signature._remembered.clear()  # noqa: SLF001  as above
        yield
    circuit_breaker._open.clear()  # noqa: SLF001  as above


@pytest.fixture
def subscribed(aws: None) -> None:  # noqa: ARG001  made first
    """The URL that postbacks come through is live."""
    contents.subscribe()


@pytest.fixture
def aws_calls(aws: None) -> Iterator[list[str]]:  # noqa: ARG001  made first
    """What the product asks of AWS from here on: "dynamodb.PutItem", each attempt of a call once."""
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
    """What botocore waits before it tries again takes no time."""
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Logged:
    """Returns what has been logged since it was last asked, metrics included: one dictionary a line."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)

    def read() -> list[dict[str, Any]]:
        written = stream.getvalue() + capsys.readouterr().out  # the logger's lines, and the metrics'
        stream.seek(0)
        stream.truncate()
        return [json.loads(line) for line in written.splitlines()]

    return read
