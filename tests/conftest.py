"""The deployed laptop stack, which all tests of the whole share."""

import moto.core.models  # noqa: F401  before any client is made: moto cannot intercept those made earlier

# isort: split

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from local.stack import Stack, running
from tests.support import openapi
from tests.support.stored import delete_all


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long a storm of tests/faults is, and which one."""
    parser.addoption("--deliveries", type=int, default=1_500, help="deliveries of the storm in tests/faults")
    parser.addoption("--seed", type=int, default=20100324, help="what that storm is made of; the same one repeats it")


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the stack keeps what it builds, its logs and its state."""
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="session")
def answers() -> Iterator[list[str]]:
    """Every answer of the deployed API to the tests, headers and body, for tests/test_secrets.py to look through.

    Each has to be as docs/openapi.yaml says, else whoever asked fails.
    """
    recorded: list[str] = []
    send = requests.Session.send

    def record(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401  requests' own
        answer = send(session, request, **options)
        if "/_aws/execute-api/" in str(request.url):
            recorded.append(f"{answer.headers} {answer.text}")
            openapi.check(answer)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", record)
        yield recorded


@pytest.fixture(scope="session")
def stack(state_dir: Path, answers: list[str]) -> Iterator[Stack]:  # noqa: ARG001  recorded from the first one on
    """The system as `make up` makes it, in a place of its own, and with all that it can log."""
    with running(state_dir, parameters={"LogLevel": "DEBUG"}) as up:
        yield up


@pytest.fixture
def no_events(stack: Stack) -> None:
    """Begin with an empty table of events, so that no postback is a duplicate of another test's."""
    delete_all(stack)
