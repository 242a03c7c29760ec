"""`postbacks set-credentials` stores login and password as the stack's SecureString, and shows them nowhere."""

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.aws.stack import Stack
from tests.support.aws.template_resources import REGION

pytestmark = pytest.mark.slow

LOGIN: Final = "login-of-the-api"
PASSWORD: Final = "pass:word with blanks"
PARAMETER: Final = "/mine/callfire-credentials"


@pytest.fixture
def ssm() -> Iterator[Any]:
    """Return an account's parameters."""
    with mock_aws():
        yield boto3.client("ssm", REGION)


def run(*arguments: str, stdin: str, stack: str = "mine") -> tuple[int, str]:
    """Run the command with some input, and return its exit status and all of its output."""
    options = ["--stack", stack, "--region", REGION, "set-credentials", *arguments]
    result = CliRunner().invoke(app, options, input=stdin)
    return result.exit_code, f"{result.output}{result.exception or ''}"


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [((), f" {LOGIN} \n{PASSWORD}\n"), (("--stdin",), f"{LOGIN}:{PASSWORD}\n")],
    ids=["prompts", "standard input"],
)
def test_stored_before_the_first_deployment(ssm: Any, arguments: tuple[str, ...], stdin: str) -> None:  # noqa: ANN401
    """The credentials can be stored before the first deployment, because the parameter is named after the stack."""
    status, output = run(*arguments, stdin=stdin)
    assert status == 0
    assert f"Stored as {PARAMETER} of mine in {REGION}" in output
    assert not any(secret in output for secret in (LOGIN, PASSWORD))
    parameter = ssm.get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]
    assert (parameter["Type"], parameter["Value"]) == ("SecureString", f"{LOGIN}:{PASSWORD}")


def test_stack_says_where_it_looks(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A deployed stack may read another parameter."""
    monkeypatch.setattr(Stack, "is_deployed", lambda _: True)
    monkeypatch.setattr(Stack, "output", lambda _, name: f"/named/{name}")
    run("--stdin", stdin=f"{LOGIN}:{PASSWORD}\n")
    assert ssm.get_parameter(Name="/named/CallFireCredentialsParameterName", WithDecryption=True)


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--stdin",), ""),
        (("--stdin",), "somebody\n"),
        (("--stdin",), "somebody:\n"),
        (("--stdin",), ":something\n"),
        ((), "some:body\nsomething\n"),
    ],
    ids=["nothing", "no colon", "no password", "no login", "a colon in the login"],
)
def test_nothing_is_stored(ssm: Any, arguments: tuple[str, ...], stdin: str) -> None:  # noqa: ANN401
    """Unless both are given, nothing is stored, and neither is shown."""
    status, output = run(*arguments, stdin=stdin)
    assert status == 1
    assert "nothing was stored" in output
    assert not stdin.strip() or stdin.strip() not in output
    assert ssm.describe_parameters()["Parameters"] == []
