"""The functions as `sam build` made them, run as Lambda runs them, with the deployed stack's AWS behind them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.aws import CREDENTIALS
from local.lambda_environment import admit_sample_token
from local.stack import Stack
from tests.built.emulator import Function, emulated


@pytest.fixture(scope="session")
def artifact(stack: Stack, state_dir: Path) -> Path:
    """What `sam build` made of the function that receives."""
    assert stack.outputs["ReceiveFunctionName"]
    return state_dir / "build" / "ReceiveFunction"


@pytest.fixture(scope="session")
def receive(stack: Stack, artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """The function that receives, configured as it is deployed. The token of events/ is valid."""
    admit_sample_token(stack)
    deployed = stack.aws.functions.get_function_configuration(FunctionName=stack.outputs["ReceiveFunctionName"])
    environment = {
        **deployed["Environment"]["Variables"],
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        "AWS_REGION": stack.region,
        "AWS_DEFAULT_REGION": stack.region,
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_LAMBDA_FUNCTION_NAME": deployed["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(deployed["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(deployed["Timeout"]),
    }
    scratch = tmp_path_factory.mktemp("receive")
    with emulated(artifact, handler=deployed["Handler"], environment=environment, scratch=scratch) as function:
        yield function
