"""The environment file for `sam local invoke --env-vars`, as far as it can be proven without Docker."""

import json
from pathlib import Path
from typing import Any

import pytest
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.local.lambdafn.env_vars import EnvironmentVariables

from local import lambda_environment
from local.aws import CREDENTIALS
from local.samples import SAMPLE_TOKEN, SAMPLES
from local.stack import Stack
from tests.stack.http import post


@pytest.fixture
def deployed(stack: Stack) -> dict[str, str]:
    """The environment that CloudFormation gave the function."""
    name = stack.outputs["ReceiveFunctionName"]
    return stack.aws.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]


@pytest.fixture
def written(stack: Stack, state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The file that the command writes for the laptop's stack."""
    assert stack.outputs
    monkeypatch.setenv("CALLFIRE_LOCAL_DIR", str(state_dir))
    lambda_environment.main()
    variables: dict[str, Any] = json.loads((state_dir / "env.json").read_text())
    return variables


@pytest.mark.filterwarnings("ignore:validate is deprecated:DeprecationWarning")  # SAM's own affair
def test_container_gets_the_environment_of_the_function(
    stack: Stack, state_dir: Path, written: dict[str, Any], deployed: dict[str, str]
) -> None:
    """SAM gives a container what CloudFormation gives the function, and the laptop's AWS besides."""
    stacks, _ = SamLocalStackProvider.get_stacks(
        str(state_dir / "build" / "template.yaml"), global_parameter_overrides={"AWS::StackName": stack.stack_name}
    )
    function = SamFunctionProvider(stacks).get("ReceiveFunction")
    container = EnvironmentVariables(
        variables=function.environment["Variables"], override_values=written["Parameters"]
    ).resolve()

    assert {name: container[name] for name in deployed} == deployed
    assert container["AWS_ENDPOINT_URL"] == stack.endpoint_url.replace("127.0.0.1", "host.docker.internal")


@pytest.mark.usefixtures("written")
def test_sample_token_opens_the_laptop(stack: Stack) -> None:
    """Once the file is written, what is in events/ is accepted by the laptop's stack."""
    url = f"{stack.api_url}/postbacks/callfinish/{SAMPLE_TOKEN}"

    assert post(url, SAMPLES["text-sent"]).status == 200


def test_environment_of_a_stack_in_an_account(
    stack: Stack, deployed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a stack by its name the values come from its outputs, with the caller's credentials; AWS is AWS."""
    for name, value in {**CREDENTIALS, "aws_endpoint_url": stack.endpoint_url, "aws_region": stack.region}.items():
        monkeypatch.setenv(name.upper(), value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", stack.region)

    variables = lambda_environment.of_stack(stack.stack_name)["Parameters"]

    assert variables.pop("AWS_ENDPOINT_URL") == ""
    assert variables.items() <= deployed.items()
