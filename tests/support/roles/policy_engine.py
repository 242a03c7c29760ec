"""Ask moto's policy engine, which is independent of this project, whether a role allows an action.

The engine ignores a condition whose key is absent from the question. So every question about a key names a service, and
a statement with another condition counts as not met, as on AWS.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from tests.support.roles.arns import Deployment, Document
from tests.support.roles.permissions import OF_A_QUEUE, OF_LAMBDA, Permission

DIRECTLY: Final = "nobody"
"""The service name for a direct call of KMS."""

_OF_A_KEY: Final = ("kms:Decrypt", "kms:GenerateDataKey")
_TO_MAKE_A_SECURE_STRING: Final = "kms:Encrypt"
_ACTIONS_OF_A_KEY: Final = (*_OF_A_KEY, _TO_MAKE_A_SECURE_STRING)
_OTHER_KEY: Final = "arn:aws:kms:us-east-1:123456789012:key/another"
_VIA_SERVICE: Final = "kms:ViaService"
_NEVER: Final = (
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:PartiQLUpdate",
    "iam:PassRole",
    "kms:CreateGrant",
    "kms:ScheduleKeyDeletion",
    "lambda:UpdateFunctionCode",
    "logs:DeleteLogGroup",
    "sns:Subscribe",
    "sqs:PurgeQueue",
    "sts:AssumeRole",
)
"""Actions that no role may have, besides those of the other roles."""


class Question(NamedTuple):
    """An action on a resource; for a key, through a service."""

    action: str
    arn: str
    via_service: str = ""


def needs(deployment: Deployment, used: dict[str, set[Permission]], key: str) -> dict[str, set[Question]]:
    """Return the needs of each role: for its function's calls, Lambda and its pollers, the schedule, and a key."""
    needed: dict[str, set[Question]] = {}
    for function in deployment.of_type("AWS::Lambda::Function").values():
        properties = function["Properties"]
        role = properties["Role"]["Fn::GetAtt"][0]
        needed[role] = {Question(action, deployment.arn(resource)) for action, resource in used[role]}
        needed[role] |= _of_lambda(deployment.resolve(properties["LoggingConfig"])["LogGroup"])
    for mapping in deployment.of_type("AWS::Lambda::EventSourceMapping").values():
        function = deployment.resources[mapping["Properties"]["FunctionName"]["Ref"]]
        queue = deployment.resolve(mapping["Properties"]["EventSourceArn"])
        needed[function["Properties"]["Role"]["Fn::GetAtt"][0]] |= {Question(action, queue) for action in OF_A_QUEUE}
    if key:
        for role, questions in needed.items():
            services = {question.action.partition(":")[0] for question in questions} - {"logs", "xray"}
            needed[role] = questions | {
                Question(action, key, _via(service)) for action in _OF_A_KEY for service in services
            }
            if "ssm:PutParameter" in {question.action for question in questions}:
                needed[role].add(Question(_TO_MAKE_A_SECURE_STRING, key, _via("ssm")))
    for schedule in deployment.of_type("AWS::Scheduler::Schedule").values():
        target = schedule["Properties"]["Target"]
        role = target["RoleArn"]["Fn::GetAtt"][0]
        needed[role] = {Question("lambda:InvokeFunction", deployment.resolve(target["Arn"]))}
    return needed


def questions(deployment: Deployment, needed: Iterable[Question], key: str) -> set[Question]:
    """Return each needed action, and some that no role needs, for each resource here and a similar one elsewhere."""
    needed = set(needed)
    of_no_resource = {question.action for question in needed if question.arn == "*"}
    actions = {question.action for question in needed}.union(_NEVER) - of_no_resource
    arns = {question.arn for question in needed if question.arn not in ("*", key)}.union(_arns(deployment))
    elsewhere = {arn.replace("123456789012", "999999999999") for arn in arns}
    elsewhere |= {arn.replace("us-east-1", "eu-west-1") for arn in arns}
    elsewhere |= {f"{arn}-of-another" for arn in arns if ":log-stream:" not in arn}
    services = {_via(action.partition(":")[0]) for action in actions} | {DIRECTLY}
    return (
        {Question(action, "*") for action in of_no_resource}
        | {Question(action, arn) for action in actions.difference(_ACTIONS_OF_A_KEY) for arn in arns | elsewhere}
        | {
            Question(action, arn, service)
            for action in _ACTIONS_OF_A_KEY
            for arn in {key, _OTHER_KEY}
            for service in services
        }
    )


def is_allowed(documents: Iterable[Document], question: Question) -> bool:
    """Return whether policies allow the action. Each statement is evaluated alone, and a denial wins."""
    answers = [
        (statement["Effect"], _ask(statement, question))
        for document in documents
        for statement in document["Statement"]
    ]
    denied = ("Deny", PermissionResult.DENIED) in answers
    return ("Allow", PermissionResult.PERMITTED) in answers and not denied


def wrong(documents: Iterable[Document], needed: set[Question], questions: Iterable[Question]) -> list[Question]:
    """List the permissions that a role's policies lack, or have in excess, also of actions that only they name."""
    documents, asked = list(documents), needed.union(questions)
    named = {
        action
        for document in documents
        for statement in document["Statement"]
        for action in _listed(statement.get("Action", []))
    }
    others = named - {question.action for question in asked}
    asked |= {question._replace(action=action) for question in asked for action in others}
    return [one for one in asked if is_allowed(documents, one) != (one in needed)]


def _ask(statement: dict[str, Any], question: Question) -> PermissionResult:
    keys = {key for condition in statement.get("Condition", {}).values() for key in condition}
    if keys - {_VIA_SERVICE}:
        return PermissionResult.NEUTRAL
    return IAMPolicyStatement(statement).is_action_permitted(
        question.action, question.arn, None, {_VIA_SERVICE: question.via_service}
    )


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def _of_lambda(log_group: str) -> set[Question]:
    stream = f"arn:aws:logs:us-east-1:123456789012:log-group:{log_group}:log-stream:2026/01/01/[$LATEST]0"
    return {Question(action, stream if action[:5] == "logs:" else "*") for action in OF_LAMBDA}


def _via(service: str) -> str:
    return f"{service}.us-east-1.amazonaws.com"


def _arns(deployment: Deployment) -> Iterator[str]:
    for kind in ("AWS::DynamoDB::Table", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::Lambda::Function"):
        for name, resource in deployment.of_type(kind).items():
            yield deployment.arn(name)
            for index in resource["Properties"].get("GlobalSecondaryIndexes", ()):
                yield deployment.arn(f"{name}/index/{index['IndexName']}")
    for parameter in deployment.of_type("AWS::SSM::Parameter").values():
        yield deployment.arn(deployment.resolve(parameter["Properties"]["Name"]))
