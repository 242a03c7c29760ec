"""The deployed local stack that tests share, and the way tests are shared among workers."""

import moto.core.models  # noqa: F401  before any client is made: moto cannot intercept those made earlier

# isort: split

import gc
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final, NamedTuple

import hypothesis
import pytest
import requests
from xdist.scheduler.loadscope import LoadScopeScheduling

from local.lifecycle import running
from local.stack import Stack
from tests.support.contract import openapi
from tests.support.stored import delete_all
from tools import ROOT, artifact


class Profile(NamedTuple):
    """The length of the search in tests that generate their inputs."""

    examples: int
    """Examples of each property."""
    deliveries: int
    """Deliveries of the storm in tests/faults."""
    repeatable: bool = True
    """Whether each run tries the same examples."""


PROFILES: Final = {
    "quick": Profile(examples=20, deliveries=500),
    "everyday": Profile(examples=80, deliveries=600),
    "long": Profile(examples=2_000, deliveries=10_000, repeatable=False),
}


STACKS: Final = {
    "artifact": "faults",
    "cli": "operators",
    "console": "operators",
    "faults": "faults",
    "stack": "stack",
    "stack/test_guided_deploy.py": "operators",  # it takes longest, and so each worker takes about as long
    "test_secrets.py": "?",
}
"""The stack of each folder and file whose tests use one; tests of test_secrets.py name it themselves."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add command-line options for a profile, the storm's seed, and a DynamoDB."""
    parser.addoption("--profile", choices=PROFILES, default="everyday", help="how long tests search for a failure")
    parser.addoption("--deliveries", type=int, help="deliveries of the storm; the profile decides without it")
    parser.addoption("--seed", type=int, default=20100324, help="what the storm is made of; the same one repeats it")
    parser.addoption("--dynamodb", type=Path, help="directory of DynamoDBLocal.jar, which tests/unit ask, not moto")


def pytest_configure(config: pytest.Config) -> None:
    """Make Hypothesis and the storm search as long as the profile says."""
    profile = PROFILES[config.getoption("profile")]
    config.option.deliveries = config.option.deliveries or profile.deliveries
    hypothesis.settings.register_profile(
        "chosen",
        max_examples=profile.examples,
        derandomize=profile.repeatable,
        database=None,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("chosen")


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among imported objects: it takes a tenth of the unit tests' time."""
    gc.freeze()
    gc.set_threshold(100_000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of the stacks first, because they take longest; leave out slow tests in the quick profile.

    Coverage counts the unit tests alone, because a stack runs the functions in processes of their own.
    """
    items.sort(key=lambda item: stack_of(item.nodeid) is None)
    for item in items:
        if stack_of(item.nodeid):
            item.add_marker("no_cover")
    if config.getoption("profile") == "quick":
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def stack_of(nodeid: str) -> str | None:
    """Return the name of the stack that a test uses, if any."""
    file, _, test = nodeid.partition("::")
    path = file.removeprefix("tests/")
    stack = STACKS.get(path) or STACKS.get(path.partition("/")[0])
    return next(name for name in STACKS.values() if f"[{name}]" in test) if stack == "?" else stack


class _StackScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist comes without types
    """Give all tests of one stack to one worker; schedule others by file."""

    def _split_scope(self, nodeid: str) -> str:
        return stack_of(nodeid) or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _StackScheduling:  # noqa: ANN401  xdist's own
    """Schedule tests by the stack that they need, because pytest 9.2 does not see the marks of `--dist loadgroup`."""
    return _StackScheduling(config, log)


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory for the stack's build, logs and state."""
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="session")
def answers() -> Iterator[list[str]]:
    """Collect every answer of the deployed API, headers and body, for tests/test_secrets.py.

    An answer that differs from docs/openapi.yaml fails the test that got it.
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
def requirements(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Install the functions' requirements, in one worker only, because the builds of all workers share them."""
    with (tmp_path_factory.getbasetemp().parent / "requirements.lock").open("w") as file:
        flock(file, LOCK_EX)  # released when the file is closed
        for name in ("functions", "subscriptions"):
            artifact.dependencies(ROOT / "requirements" / f"{name}.txt")


@pytest.fixture(scope="session")
def stack(state_dir: Path, answers: list[str], requirements: None) -> Iterator[Stack]:  # noqa: ARG001  made first
    """Start the stack as `make up` does, in its own directory, with logs at DEBUG."""
    with running(state_dir, parameters={"LogLevel": "DEBUG"}) as up:
        yield up


@pytest.fixture
def no_events(stack: Stack) -> None:
    """Empty the events table first, so that no postback is a duplicate of another test's."""
    delete_all(stack)
