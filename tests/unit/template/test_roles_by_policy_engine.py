"""Check the deployed template's roles with an independent policy engine, for every possible call of each.

The needed permissions come from the recorded calls (tests/support/roles/exercises.py), never from the template.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Final, NamedTuple

import pytest

from tests.support.roles.arns import Deployment
from tests.support.roles.exercises import EXERCISES
from tests.support.roles.mistakes import FAULTS, Roles, allow
from tests.support.roles.policy_engine import Question, needs, questions, wrong

KEY: Final = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


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
    assert set(wrong([allow("*", "*")], needed, with_key.questions_asked)) >= with_key.questions_asked - needed
    assert len(with_key.questions_asked) > 1_000


@pytest.mark.slow
@pytest.mark.parametrize("change", FAULTS.values(), ids=FAULTS)
def test_mistake_is_found(with_key: Case, change: Callable[[Roles], None]) -> None:
    """The check finds each kind of mistake in a role."""
    roles = deepcopy(with_key.roles)
    change(roles)
    [changed] = [role for role in roles if roles[role] != with_key.roles[role]]
    assert wrong(roles[changed], with_key.needed[changed], with_key.questions_asked)


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
