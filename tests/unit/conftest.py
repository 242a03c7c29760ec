"""The functions' environment, AWS in process, its faults, and what was called and logged."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import hypothesis
import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse

from tests.unit import template_resources

# Modules read their environment when they are imported, so all of it is here first.
os.environ |= template_resources.environment() | {
    "AWS_DEFAULT_REGION": template_resources.REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}

from callfire_postbacks import aws_clients, subscription_registry  # noqa: E402  the environment comes first
from callfire_postbacks.observability import logger  # noqa: E402  as above

# The same examples every time; HYPOTHESIS_PROFILE=default looks for new ones.
hypothesis.settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=150,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

Fail = Callable[[str, str], None]
TIMEOUT: Final = "timeout"


@pytest.fixture
def aws() -> Iterator[None]:
    """The template's tables, queues and topics, empty, seen by a function that has just started."""
    with mock_aws():
        template_resources.create()
        subscription_registry._records.clear()  # noqa: SLF001  a warm function must not outlive its test
        yield


@pytest.fixture
def aws_calls(aws: None) -> Iterator[list[str]]:  # noqa: ARG001  made first
    """What the product asks of AWS from here on: "dynamodb.PutItem", each attempt of a call once."""
    calls: list[str] = []

    def record(event_name: str, **_: object) -> None:
        calls.append(event_name.removeprefix("request-created."))

    with ExitStack() as hooks:
        for client in _clients():
            client.meta.events.register("request-created", record)
            hooks.callback(client.meta.events.unregister, "request-created", record)
        yield calls


@pytest.fixture
def fail(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fail]:  # noqa: ARG001  made first
    """Makes an operation fail from here on: fail("sns.Publish", "InternalError") or fail("sns.Publish", TIMEOUT)."""
    monkeypatch.setattr("time.sleep", lambda _: None)  # the pause before a retry
    with ExitStack() as hooks:

        def fail(operation: str, code: str) -> None:
            def answer(request: AWSRequest, **_: object) -> AWSResponse:
                if code == TIMEOUT:
                    raise ReadTimeoutError(endpoint_url=request.url)
                body = (
                    f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
                    if operation.startswith("sns")
                    else json.dumps({"__type": code})
                )
                return AWSResponse(request.url, 400, {}, MockRawResponse(body))

            for client in _clients():
                # Handlers of one operation are asked before those of all, which is moto.
                client.meta.events.register(f"before-send.{operation}", answer)
                hooks.callback(client.meta.events.unregister, f"before-send.{operation}", answer)

        yield fail


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Returns what has been logged so far, metrics included: one dictionary a line."""
    lines = io.StringIO()
    monkeypatch.setattr("sys.stdout", lines)
    monkeypatch.setattr(logger.registered_handler, "stream", lines)
    return lambda: [json.loads(line) for line in lines.getvalue().splitlines()]


def _clients() -> list[Any]:
    return [aws_clients.dynamodb(), aws_clients.sns(), aws_clients.sqs()]
