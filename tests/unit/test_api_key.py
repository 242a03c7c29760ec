"""`make api-key`: the key goes from the terminal, or a pipe, into the stack's SecureString, and nowhere else."""

import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from local import api_key, stack
from tests.support.template_resources import REGION

KEY = "key-that-nobody-sees"


@pytest.fixture
def ssm() -> Iterator[Any]:
    """An account's parameters."""
    with mock_aws():
        yield boto3.client("ssm", REGION)


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """What CloudFormation says of a stack."""
    cloudformation = boto3.client("cloudformation", REGION)
    make = boto3.client
    monkeypatch.setattr(
        "boto3.client", lambda service: cloudformation if service == "cloudformation" else make(service, REGION)
    )
    with Stubber(cloudformation) as stubber:
        yield stubber


def value(ssm: Any, name: str) -> tuple[str, str]:  # noqa: ANN401  boto3 makes its clients' classes at run time
    """A parameter's type and value."""
    parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return parameter["Type"], parameter["Value"]


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Have something come in through a pipe."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_before_the_first_deploy(
    ssm: Any,  # noqa: ANN401
    described: Stubber,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A stack that is not there yet will look under its own name, so the key can be stored before it is deployed."""
    described.add_client_error("describe_stacks", "ValidationError")
    pipe(monkeypatch, f"{KEY}\n")
    api_key.main("mine")
    assert value(ssm, "/mine/callfire-api-key") == ("SecureString", KEY)
    assert capsys.readouterr() == ("Stored as /mine/callfire-api-key.\n", "")


def test_deployed_with_a_name_of_its_own(ssm: Any, described: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """A stack says where it looks; what is there is replaced. At a terminal the key is asked for and not shown."""
    output = {"OutputKey": "CallFireApiKeyParameterName", "OutputValue": "/keys/callfire"}
    answer = {"StackName": "mine", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE", "Outputs": [output]}
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    for key in ("first", KEY):
        described.add_response("describe_stacks", {"Stacks": [answer]})
        monkeypatch.setattr("local.api_key.getpass", lambda _, key=key: key)
        api_key.main("mine")
    assert value(ssm, "/keys/callfire") == ("SecureString", KEY)


@pytest.mark.usefixtures("ssm")
def test_nothing_is_stored(described: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, or no permission, ends with a reason."""
    described.add_client_error("describe_stacks", "ValidationError")
    pipe(monkeypatch, "\n")
    with pytest.raises(SystemExit, match="No key"):
        api_key.main("mine")
    described.add_client_error("describe_stacks", "AccessDenied")
    with pytest.raises(SystemExit, match="AccessDenied"):
        api_key.main("mine")


def test_no_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no stack is up, that is said."""
    monkeypatch.setattr(stack, "find", lambda _: None)
    with pytest.raises(SystemExit, match="make up"):
        api_key.main("local")
