"""The stack's signing secret: created once, and stored encrypted."""

import os

import pytest

from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.subscriptions import parameters
from callfire_postbacks.subscriptions.parameters import ParameterError
from tests.support.aws.faults import answering, refusal, time_out
from tests.support.settings import override_subscriptions

pytestmark = pytest.mark.usefixtures("fake_callfire")


def test_made_once() -> None:
    """The secret is created at its first use, random and encrypted, and never changes."""
    created = parameters.signing_secret()
    name = os.environ["SIGNING_SECRET_PARAMETER"]
    kept = ssm().get_parameter(Name=name, WithDecryption=True)["Parameter"]
    assert (kept["Type"], kept["Value"]) == ("SecureString", created)
    assert len(created) == 43
    assert parameters.signing_secret() == created
    ssm().delete_parameter(Name=name)
    assert parameters.signing_secret() != created


def test_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """If there is a customer key, the secret is encrypted with it."""
    arn = "arn:aws:kms:us-east-1:123456789012:key/1"
    override_subscriptions(monkeypatch, signing_secret_key=arn)
    parameters.signing_secret()
    [found] = ssm().describe_parameters(Filters=[{"Key": "Name", "Values": [os.environ["SIGNING_SECRET_PARAMETER"]]}])[
        "Parameters"
    ]
    assert found["KeyId"] == arn


def test_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """If two functions create the secret at once, both use the first one."""
    put = ssm().put_parameter

    def put_twice(**parameter: str) -> object:
        put(**parameter | {"Value": "the first one's"})  # type: ignore[arg-type]  # as typed by the caller
        return put(**parameter)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(ssm(), "put_parameter", put_twice)
    assert parameters.signing_secret() == "the first one's"


@pytest.mark.parametrize("fault", [refusal("AccessDeniedException"), time_out], ids=["refused", "hanging"])
def test_cannot_be_made(fault: object, no_pauses: None) -> None:  # noqa: ARG001  no waiting
    """If the secret cannot be created, the message states the reason."""
    with answering("ssm.PutParameter", fault), pytest.raises(ParameterError, match="cannot be created"):  # type: ignore[arg-type]  # an Answer
        parameters.signing_secret()
    with answering("ssm.GetParameter", fault), pytest.raises(ParameterError):  # type: ignore[arg-type]  # an Answer
        parameters.signing_secret()
