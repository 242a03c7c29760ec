"""`postbacks set-api-key` stores the key as the stack's SecureString, and shows it nowhere."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.aws.clients import Clients
from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError
from tests.support.aws.template_resources import REGION

pytestmark = pytest.mark.slow

KEY: Final = "key-that-nobody-sees"
PARAMETER: Final = "/mine/callfire-api-key"


@pytest.fixture
def ssm() -> Iterator[Any]:
    """Return an account's parameters."""
    with mock_aws():
        yield boto3.client("ssm", REGION)


def run(*arguments: str, stdin: str) -> tuple[int, str]:
    """Run the command with some input, and return its exit status and all of its output."""
    result = CliRunner().invoke(app, ["--stack", "mine", "--region", REGION, "set-api-key", *arguments], input=stdin)
    return result.exit_code, f"{result.output}{result.exception or ''}"


def value(ssm: Any) -> tuple[str, str]:  # noqa: ANN401  boto3 makes its clients' classes at run time
    """Return a parameter's type and value."""
    parameter = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]
    return parameter["Type"], parameter["Value"]


@pytest.mark.parametrize("arguments", [(), ("--stdin",)], ids=["prompt", "standard input"])
def test_key_is_stored_before_the_first_deployment(ssm: Any, arguments: tuple[str, ...]) -> None:  # noqa: ANN401
    """The key can be stored before the first deployment, because the parameter is named after the stack."""
    status, output = run(*arguments, stdin=f" {KEY} \n")
    assert status == 0
    assert f"Stored as {PARAMETER} of mine in {REGION}, account 123456789012." in output
    assert KEY not in output
    assert value(ssm) == ("SecureString", KEY)


def test_key_is_replaced(ssm: Any) -> None:  # noqa: ANN401
    """Storing another key replaces the first."""
    for key in ("first", KEY):
        run("--stdin", stdin=f"{key}\n")
    assert value(ssm) == ("SecureString", KEY)


def test_stack_says_where_it_looks(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A deployed stack may read another parameter."""
    monkeypatch.setattr(Stack, "is_deployed", lambda _: True)
    monkeypatch.setattr(Stack, "output", lambda _, name: f"/named/{name}")
    _, output = run("--stdin", stdin=f"{KEY}\n")
    assert "Stored as /named/CallFireApiKeyParameterName of mine" in output
    assert ssm.get_parameter(Name="/named/CallFireApiKeyParameterName", WithDecryption=True)


@pytest.mark.parametrize("options", [(), ("--stack", "mine")], ids=["the default stack", "a named stack"])
@pytest.mark.parametrize("file", ["samconfig.toml", "samconfig.local.toml"])
def test_key_goes_where_sam_deploys(
    ssm: Any,  # noqa: ANN401
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    options: tuple[str, ...],
) -> None:
    """The region of the guided deployment overrides the environment's; --region overrides both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    (tmp_path / file).write_text(
        'version = 0.1\n[default.global.parameters]\nstack_name = "mine"\n'
        f'[default.deploy.parameters]\nregion = "{REGION}"\n'
    )
    result = CliRunner().invoke(app, [*options, "set-api-key", "--stdin"], input=f"{KEY}\n")
    assert f"Stored as {PARAMETER} of mine in {REGION}, account 123456789012." in result.output
    assert value(ssm) == ("SecureString", KEY)
    elsewhere = CliRunner().invoke(app, ["--region", "us-west-2", *options, "set-api-key", "--stdin"], input=f"{KEY}\n")
    assert "mine in us-west-2" in elsewhere.output


CONFIGURED: Final = """
[profile work]
region = eu-central-1
aws_access_key_id = test
aws_secret_access_key = test
[default]
region = us-east-2
"""
OF_THE_PROFILE: Final = '[default.deploy.parameters]\nprofile = "work"\n'
OF_ANOTHER: Final = '[prod.deploy.parameters]\nstack_name = "mine-prod"\nregion = "eu-west-3"\n'
BOTH: Final = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}


@pytest.mark.usefixtures("ssm")
@pytest.mark.parametrize(
    ("file", "variables", "region"),
    [
        pytest.param("", {}, "us-east-2", id="default profile"),
        pytest.param("", {"AWS_PROFILE": "work"}, "eu-central-1", id="AWS_PROFILE"),
        pytest.param(OF_THE_PROFILE, {}, "eu-central-1", id="profile of the deployment"),
        pytest.param("", {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2", id="AWS_DEFAULT_REGION"),
        pytest.param("", BOTH, "eu-west-1", id="AWS_REGION and AWS_DEFAULT_REGION"),
        pytest.param(OF_THE_PROFILE, {"AWS_REGION": "eu-west-1"}, "eu-west-1", id="AWS_REGION and a profile"),
        pytest.param(OF_ANOTHER, {"POSTBACKS_STACK": "mine"}, "us-east-2", id="another stack"),
    ],
)
def test_region_without_a_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, variables: dict[str, str], region: str
) -> None:
    """Without a region in samconfig.toml, the order is that of the AWS CLI: AWS_REGION, AWS_DEFAULT_REGION, profile."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samconfig.toml").write_text(file)
    (tmp_path / "config").write_text(CONFIGURED)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"AWS_CONFIG_FILE": str(tmp_path / "config"), **variables}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["set-api-key", "--stdin"], input=f"{KEY}\n")
    assert f" in {region}, account " in f"{result.output}{result.exception or ''}"


def test_first_deployment_failed(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A stack whose first deployment was rolled back has no outputs, and reads its default parameter next time."""
    stacks = {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
    monkeypatch.setattr(Clients, "cloudformation", SimpleNamespace(describe_stacks=lambda **_: stacks))
    run("--stdin", stdin=f"{KEY}\n")
    assert value(ssm) == ("SecureString", KEY)


@pytest.mark.usefixtures("ssm")
@pytest.mark.parametrize("stack", ["aws-postbacks", "SSM1"])
def test_stack_that_ssm_refuses(stack: str) -> None:
    """SSM refuses names that begin with aws or ssm, and the command says so before the deployment fails."""
    result = CliRunner().invoke(app, ["--stack", stack, "--region", REGION, "set-api-key"])
    assert isinstance(result.exception, CommandError)
    assert f"another name than {stack}" in str(result.exception)


@pytest.mark.usefixtures("ssm")
def test_empty_key_is_refused() -> None:
    """An empty key is not stored, and the command says so."""
    status, output = run("--stdin", stdin="\n")
    assert status == 1
    assert "nothing was stored" in output
