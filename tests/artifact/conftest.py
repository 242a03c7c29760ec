"""The built functions, run as on Lambda, with the deployed stack's AWS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.lambda_environment import admit_sample_token
from local.stack import Stack
from tests.support.stack.deployed import configuration
from tests.support.stack.deployed import environment as deployed_environment
from tests.support.stack.lambda_emulator import Function, emulated


@pytest.fixture(scope="session")
def artifact(stack: Stack, state_dir: Path) -> Path:
    """Return the built artifact of the receive function."""
    assert stack.outputs["ReceiveFunctionName"]
    return state_dir / "build" / "ReceiveFunction"


@pytest.fixture(scope="session")
def receive(stack: Stack, artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """Run the receive function with its deployed configuration. The token of events/ is valid."""
    admit_sample_token(stack)
    deployed = configuration(stack, "ReceiveFunctionName")
    environment = deployed_environment(stack, "ReceiveFunctionName")
    scratch = tmp_path_factory.mktemp("receive")
    with emulated(artifact, handler=deployed["Handler"], environment=environment, scratch=scratch) as function:
        yield function
