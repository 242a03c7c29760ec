"""Mistakes to plant in the roles' policies; each must be found."""

from collections.abc import Callable
from typing import Any, Final

from tests.support.roles.arns import Document

Statement = dict[str, Any]
Roles = dict[str, list[Document]]


def allow(action: str, resource: str) -> Document:
    """Return a policy that allows an action on a resource."""
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
    roles["RelayRole"].append(allow("dynamodb:DeleteItem", "arn:aws:dynamodb:us-east-1:123456789012:table/EventsTable"))


def _allow_the_key_to_callers(roles: Roles) -> None:
    del _statement(roles, "ReceiveRole", "kms:Decrypt")["Condition"]


def _forget_a_service_of_the_key(roles: Roles) -> None:
    condition = _statement(roles, "SubscriptionsRole", "kms:Decrypt")["Condition"]
    condition["StringEquals"]["kms:ViaService"].pop()


def _forget_the_key(roles: Roles) -> None:
    statement = _statement(roles, "DrainRole", "kms:Decrypt")
    roles["DrainRole"][0]["Statement"].remove(statement)


def _shorten_an_action(roles: Roles) -> None:
    _statement(roles, "ReceiveRole", "sns:Publish")["Action"] = "sns:Pub*"


def _allow_every_region(roles: Roles) -> None:
    statement = _statement(roles, "RelayRole", "dynamodb:Scan")
    statement["Resource"] = statement["Resource"].replace("us-east-1", "*")


def _allow_another_service(roles: Roles) -> None:
    roles["RelayRole"].append(allow("secretsmanager:GetSecretValue", "*"))


def _require_what_no_call_has(roles: Roles) -> None:
    statement = _statement(roles, "ReceiveRole", "dynamodb:PutItem")
    statement["Condition"] = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}


def _allow_all_but_some_actions(roles: Roles) -> None:
    statement = _statement(roles, "DrainRole", "sqs:SendMessage")
    statement["NotAction"] = [statement.pop("Action")]


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
    "an action has a wildcard": _shorten_an_action,
    "every region is allowed": _allow_every_region,
    "an action of another service": _allow_another_service,
    "a condition that no call meets": _require_what_no_call_has,
    "all actions but some are allowed": _allow_all_but_some_actions,
    "the key without its condition": _allow_the_key_to_callers,
    "a service is missing in the key's condition": _forget_a_service_of_the_key,
    "the key is missing": _forget_the_key,
}


def _statement(roles: Roles, role: str, action: str) -> Statement:
    """Return a role's first statement for an action."""
    statements: list[Statement] = [one for document in roles[role] for one in document["Statement"]]
    return next(one for one in statements if action in one["Action"])
