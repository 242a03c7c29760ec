"""Check the deployed template's roles with an independent policy engine, for every possible call of each.

The needed permissions come from the recorded calls (tests/support/roles/exercises.py), never from the template.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, Final, NamedTuple

import pytest

from tests.support.roles.arns import Deployment, Document
from tests.support.roles.exercises import EXERCISES
from tests.support.roles.policy_engine import Question, needs, questions, wrong

KEY: Final = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"

Statement = dict[str, Any]
Roles = dict[str, list[Document]]


class Case(NamedTuple):
    """The permissions of the roles, the needed ones, and the questions to the engine."""

    roles: Roles
    needed: dict[str, set[Question]]
    questions_asked: set[Question]


@cache  # the functions make the same calls for each test
def deploy(key: str) -> Case:
    """Deploy the template, and have each function make its calls."""
    deployment = Deployment(KmsKeyArn=key)
    needed = needs(deployment, {role: exercise() for role, exercise in EXERCISES.items()}, key)
    return Case(deployment.roles(), needed, questions(deployment, set().union(*needed.values()), key))


@pytest.fixture(params=["", KEY], ids=["key of AWS", "customer key"])
def case(request: pytest.FixtureRequest, fake_callfire: object) -> Case:  # noqa: ARG001  the functions ask it
    """Return the template, deployed without and with a customer key."""
    return deploy(request.param)


@pytest.fixture
def with_key(fake_callfire: object) -> Case:  # noqa: ARG001  the functions ask it
    """Return the template, deployed with a customer key."""
    return deploy(KEY)


@pytest.mark.slow
def test_roles_allow_exactly_the_needed_calls(case: Case) -> None:
    """Each role allows each call that its function or AWS makes with it, and none of the other roles' calls."""
    assert case.roles.keys() == case.needed.keys()
    for role, documents in case.roles.items():
        assert wrong(documents, case.needed[role], case.questions_asked) == [], role


@pytest.mark.slow
def test_every_question_can_be_answered_wrongly(with_key: Case) -> None:
    """A role without a policy lacks each needed permission, and a role that allows everything has too many."""
    needed = with_key.needed["ReceiveRole"]
    assert set(wrong([], needed, with_key.questions_asked)) == needed
    assert set(wrong([_allow("*", "*")], needed, with_key.questions_asked)) == with_key.questions_asked - needed
    assert len(with_key.questions_asked) > 1_000


def _allow(action: str, resource: str) -> Document:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


def _lose_an_action(roles: Roles) -> None:
    _statement(roles, "ReceiveRole", "dynamodb:PutItem")["Action"].remove("dynamodb:PutItem")


def _mistype_an_action(roles: Roles) -> None:
    _statement(roles, "ReceiveRole", "sqs:SendMessage")["Action"] = "sqs:SendMessages"


def _allow_a_whole_service(roles: Roles) -> None:
    _statement(roles, "RelayRole", "dynamodb:Scan")["Action"] = "dynamodb:*"


def _allow_every_resource(roles: Roles) -> None:
    _statement(roles, "DrainRole", "sns:Publish")["Resource"] = "*"


def _name_the_wrong_table(roles: Roles) -> None:
    statement = _statement(roles, "SubscriptionsRole", "dynamodb:GetItem")
    statement["Resource"] = statement["Resource"].replace("SubscriptionsTable", "EventsTable")


def _forget_an_index(roles: Roles) -> None:
    _statement(roles, "RelayRole", "dynamodb:Query")["Resource"].pop()


def _allow_every_index(roles: Roles) -> None:
    statement = _statement(roles, "RelayRole", "dynamodb:Query")
    statement["Resource"] = [arn.rpartition("/")[0] + "/*" for arn in statement["Resource"]]


def _allow_every_parameter(roles: Roles) -> None:
    statement = _statement(roles, "SubscriptionsRole", "ssm:GetParameter")
    statement["Resource"] = [arn.rpartition("/")[0] + "/*" for arn in statement["Resource"]]


def _name_the_logs_of_another(roles: Roles) -> None:
    statement = _statement(roles, "RelayRole", "logs:PutLogEvents")
    statement["Resource"] = statement["Resource"].replace("-relay", "-drain")


def _forbid_deleting(roles: Roles) -> None:
    _statement(roles, "DrainRole", "sqs:DeleteMessage")["Action"].remove("sqs:DeleteMessage")


def _name_another_account(roles: Roles) -> None:
    statement = _statement(roles, "RelayFunctionEveryMinuteRole", "lambda:InvokeFunction")
    statement["Resource"] = statement["Resource"].replace("123456789012", "999999999999")


def _deny_what_is_needed(roles: Roles) -> None:
    roles["ReceiveRole"].append({
        "Statement": [{"Effect": "Deny", "Action": "dynamodb:UpdateItem", "Resource": "*", "Sid": "TooMuch"}]
    })


def _allow_too_much(roles: Roles) -> None:
    roles["RelayRole"].append(
        _allow("dynamodb:DeleteItem", "arn:aws:dynamodb:us-east-1:123456789012:table/EventsTable")
    )


def _allow_the_key_to_callers(roles: Roles) -> None:
    del _statement(roles, "ReceiveRole", "kms:Decrypt")["Condition"]


def _forget_a_service_of_the_key(roles: Roles) -> None:
    condition = _statement(roles, "SubscriptionsRole", "kms:Decrypt")["Condition"]
    condition["StringEquals"]["kms:ViaService"].pop()


def _forget_the_key(roles: Roles) -> None:
    statement = _statement(roles, "DrainRole", "kms:Decrypt")
    roles["DrainRole"][0]["Statement"].remove(statement)


FAULTS: Final[dict[str, Callable[[Roles], None]]] = {
    "an action is missing": _lose_an_action,
    "an action is mistyped": _mistype_an_action,
    "a whole service is allowed": _allow_a_whole_service,
    "every resource is allowed": _allow_every_resource,
    "the wrong table is named": _name_the_wrong_table,
    "an index is missing": _forget_an_index,
    "every index is allowed": _allow_every_index,
    "every parameter is allowed": _allow_every_parameter,
    "the logs of another function are named": _name_the_logs_of_another,
    "the poller may not delete": _forbid_deleting,
    "another account is named": _name_another_account,
    "a denial is too wide": _deny_what_is_needed,
    "a permission that nobody needs": _allow_too_much,
    "the key without its condition": _allow_the_key_to_callers,
    "a service is missing in the key's condition": _forget_a_service_of_the_key,
    "the key is missing": _forget_the_key,
}


@pytest.mark.slow
@pytest.mark.parametrize("change", FAULTS.values(), ids=FAULTS)
def test_mistake_is_found(with_key: Case, change: Callable[[Roles], None]) -> None:
    """The check finds each kind of mistake in a role."""
    roles = deepcopy(with_key.roles)
    change(roles)
    [changed] = [role for role in roles if roles[role] != with_key.roles[role]]
    assert wrong(roles[changed], with_key.needed[changed], with_key.questions_asked)


def _statement(roles: Roles, role: str, action: str) -> Statement:
    """Return a role's first statement for an action."""
    statements: list[Statement] = [one for document in roles[role] for one in document["Statement"]]
    return next(one for one in statements if action in one["Action"])


def test_only_aws_assumes_the_roles() -> None:
    """Only Lambda can assume a function's role, and only EventBridge Scheduler the schedule's."""
    deployment = Deployment()
    principals = {}
    for name, role in deployment.of_type("AWS::IAM::Role").items():
        [trust] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        principals[name] = trust["Principal"]
    assert principals == {role: {"Service": "lambda.amazonaws.com"} for role in EXERCISES} | {
        "RelayFunctionEveryMinuteRole": {"Service": ["scheduler.amazonaws.com"]}
    }
