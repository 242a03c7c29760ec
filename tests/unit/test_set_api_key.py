"""`postbacks set-api-key` stores the key as the stack's SecureString, and shows it nowhere."""

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.stack import Stack
from tests.support.template_resources import REGION

KEY: Final = "key-that-nobody-sees"
PARAMETER: Final = "/mine/callfire-api-key"


@pytest.fixture
def ssm() -> Iterator[Any]:
    """An account's parameters."""
    with mock_aws():
        yield boto3.client("ssm", REGION)


def run(*arguments: str, given: str) -> tuple[int, str]:
    """Run the command with something to read, and return its exit status and all that it writes."""
    result = CliRunner().invoke(app, ["--stack", "mine", "--region", REGION, "set-api-key", *arguments], input=given)
    return result.exit_code, f"{result.output}{result.exception or ''}"


def value(ssm: Any) -> tuple[str, str]:  # noqa: ANN401  boto3 makes its clients' classes at run time
    """A parameter's type and value."""
    parameter = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]
    return parameter["Type"], parameter["Value"]


@pytest.mark.parametrize("arguments", [(), ("--stdin",)], ids=["prompt", "standard input"])
def test_key_is_stored_before_the_first_deployment(ssm: Any, arguments: tuple[str, ...]) -> None:  # noqa: ANN401
    """A stack that does not exist yet will look under its own name, so the key can be stored first."""
    status, output = run(*arguments, given=f" {KEY} \n")
    assert status == 0
    assert f"Stored as {PARAMETER}." in output
    assert KEY not in output
    assert value(ssm) == ("SecureString", KEY)


def test_key_is_replaced(ssm: Any) -> None:  # noqa: ANN401
    """Storing another key replaces the first."""
    for key in ("first", KEY):
        run("--stdin", given=f"{key}\n")
    assert value(ssm) == ("SecureString", KEY)


def test_stack_says_where_it_looks(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A deployed stack may read another parameter."""
    monkeypatch.setattr(Stack, "exists", lambda _: True)
    monkeypatch.setattr(Stack, "output", lambda _, name: f"/named/{name}")
    _, output = run("--stdin", given=f"{KEY}\n")
    assert "Stored as /named/CallFireApiKeyParameterName." in output
    assert ssm.get_parameter(Name="/named/CallFireApiKeyParameterName", WithDecryption=True)


@pytest.mark.usefixtures("ssm")
def test_empty_key_is_refused() -> None:
    """An empty key is not stored, and the command says so."""
    status, output = run("--stdin", given="\n")
    assert status == 1
    assert "nothing was stored" in output
