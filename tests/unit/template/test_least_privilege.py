"""Each function's permissions, compared with its calls: the template's roles match the recorded calls."""

import json
import os

import pytest

from tests.support.roles.exercises import EXERCISES
from tests.support.roles.permissions import OF_A_QUEUE, OF_LAMBDA, Permission
from tools.pages import roles
from tools.template import load_template, processed


def test_page_is_generated() -> None:
    """docs/roles.md says what the template says."""
    assert roles.PAGE.read_text() == roles.page(), "run `make pages`"


def test_no_wildcard() -> None:
    """No role has a wildcard action or resource, except for X-Ray, which has no resources."""
    for row in roles.roles():
        assert "*" not in row.action
        assert "*" not in row.resource or row.action.startswith("xray:")


def test_functions_are_invoked_for_routes_only() -> None:
    """Only this API can invoke a function from outside the account's roles, for one route each."""
    invokers = [row for row in roles.resource_policies() if row.action == "lambda:InvokeFunction"]
    assert {row.principal for row in invokers} == {"apigateway.amazonaws.com"}
    assert all("PostbackApi/*/" in row.condition for row in invokers)


def test_tls_is_required() -> None:
    """Every topic and every queue refuses requests without TLS, and SNS delivers only over TLS."""
    denied = {row.resource for row in roles.resource_policies() if row.condition == "Bool aws:SecureTransport false"}
    kinds = {name: one["Type"] for name, one in processed()["Resources"].items()}
    assert denied == {name for name, kind in kinds.items() if kind in ("AWS::SNS::Topic", "AWS::SQS::Queue")}
    assert ("Deny", "sns:Subscribe", "StringEquals sns:Protocol http") in {
        (row.effect, row.action, row.condition) for row in roles.resource_policies()
    }


def test_nobody_else_subscribes_by_default() -> None:
    """The topic's policy admits other accounts only if a parameter names them."""
    allowed = [row for row in roles.resource_policies() if row.effect == "Allow" and row.resource == "EventsTopic"]
    assert [(row.action, row.only_if) for row in allowed] == [
        (action, condition)
        for condition in ("HasSubscriberAccounts", "HasSubscriberOrganization")
        for action in ("sns:Subscribe", "sns:GetTopicAttributes")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("role", EXERCISES)
@pytest.mark.usefixtures("fake_callfire")
def test_each_role_allows_the_calls_of_its_function(role: str) -> None:
    """A role has exactly the permissions of its function's calls, plus those of its Lambda event source."""
    used = EXERCISES[role]()
    if role == "DrainRole":
        used |= {(action, "ParkedQueue") for action in OF_A_QUEUE}
    assert granted(role) == used


@pytest.mark.parametrize("role", EXERCISES)
def test_customers_key_is_used_through_services_only(role: str) -> None:
    """A role may use the customer key only through the services that it uses."""
    rows = [row for row in roles.roles() if row.owner == role and row.action.startswith("kms:")]
    services = sorted({action.partition(":")[0] for action, _ in granted(role)})
    expected = {(action, _through(*services)) for action in ("kms:Decrypt", "kms:GenerateDataKey")}
    if role == "SubscriptionsRole":  # it creates a SecureString
        expected.add(("kms:Encrypt", _through("ssm")))
    assert {(row.action, row.condition) for row in rows} == expected
    assert {(row.resource, row.only_if) for row in rows} == {("KmsKeyArn", "HasKmsKey")}


def _through(*services: str) -> str:
    return "StringEquals kms:ViaService " + ", ".join(f"{name}.${{AWS::Region}}.amazonaws.com" for name in services)


def granted(role: str) -> set[Permission]:
    """Return the permissions that a role gives to its function's own calls."""
    return {
        (row.action, _parameter(row.resource))
        for row in roles.roles()
        if row.owner == role and row.effect == "Allow" and row.action not in OF_LAMBDA
        if not row.action.startswith("kms:")
    }


def _parameter(resource: str) -> str:
    """Return a resource; for an SSM parameter, its default name."""
    name = resource.rpartition(" or ")[2].rpartition("parameter")[2]
    return name.replace("${AWS::StackName}", os.environ["POWERTOOLS_SERVICE_NAME"])


def test_environment_holds_no_secret() -> None:
    """No environment holds a secret: no parameter is NoEcho, and none is resolved during deployment."""
    template = load_template()
    assert not any(parameter.get("NoEcho") for parameter in template["Parameters"].values())
    assert "{{resolve:" not in json.dumps(template, default=str)
