"""The tables, queues and topics of template.yaml, created in moto under their logical ids."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from callfire_postbacks.aws.clients import dynamodb, sns, sqs
from tools.template import load_template

REGION: Final = "us-east-1"
_ACCOUNT: Final = "123456789012"

_NO_VALUE: Final = ""

_REF: Final[dict[str, Callable[[str], str]]] = {
    "AWS::SNS::Topic": lambda name: f"arn:aws:sns:{REGION}:{_ACCOUNT}:{name}",
    "AWS::SQS::Queue": lambda name: f"https://sqs.{REGION}.amazonaws.com/{_ACCOUNT}/{name}",
}
_PSEUDO_PARAMETERS: Final = {
    "AWS::StackName": "callfire-postbacks",
    "AWS::Region": REGION,
    "AWS::AccountId": _ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": _NO_VALUE,
}


def environment() -> dict[str, str]:
    """Return the environment variables of all functions, with each parameter at its default."""
    template = load_template()
    functions = [
        template["Globals"]["Function"],
        *(properties for _, properties in _of_type("AWS::Serverless::Function")),
    ]
    variables = {
        name: str(_resolve(value))
        for function in functions
        for name, value in function.get("Environment", {}).get("Variables", {}).items()
    }
    return {name: value for name, value in variables.items() if value}


def create() -> None:
    """Create every table, queue and topic of the template."""
    request = dynamodb().meta.service_model.operation_model("CreateTable").input_shape
    # CloudFormation has its own names within SSESpecification; the default is the same.
    accepted = (request.members if request else {}).keys() - {"SSESpecification"}
    for name, properties in _of_type("AWS::DynamoDB::Table"):
        dynamodb().create_table(TableName=name, **{key: properties[key] for key in properties if key in accepted})
    # A queue that others name as their dead-letter queue must exist before them.
    for name, properties in sorted(_of_type("AWS::SQS::Queue"), key=lambda queue: "RedrivePolicy" in queue[1]):
        attributes: Any = {key: _text(value) for key, value in properties.items()}
        sqs().create_queue(QueueName=name, Attributes=attributes)
    for name, properties in _of_type("AWS::SNS::Topic"):
        sns().create_topic(Name=name, Attributes={key: _text(value) for key, value in properties.items()})


@cache
def _of_type(kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            name,
            _resolve(resource.get("Properties", {})) if kind != "AWS::Serverless::Function" else resource["Properties"],
        )
        for name, resource in load_template()["Resources"].items()
        if resource["Type"] == kind
    ]


def _resolve(value: Any) -> Any:  # noqa: ANN401, PLR0911  JSON, and one return for each intrinsic function
    match value:
        case {"Ref": name}:
            return _ref(name)
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:aws:sqs:{REGION}:{_ACCOUNT}:{name}"  # of queues only; other attributes are not needed here
        case {"Fn::Select": [int(index), parts]}:
            return str(_resolve(parts)).split(",")[index]  # of list parameters
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", lambda match: str(_ref(match[1])), text)
        case {"Fn::If": [condition, yes, no]}:
            return _resolve(yes if _holds(load_template()["Conditions"][condition]) else no)
        case dict():
            resolved = {key: _resolve(item) for key, item in value.items()}
            return {key: item for key, item in resolved.items() if item != _NO_VALUE}
        case list():
            return [item for item in map(_resolve, value) if item != _NO_VALUE]
    return value


def _holds(condition: dict[str, Any]) -> bool:
    """Return whether a condition holds with each parameter at its default."""
    match condition:
        case {"Fn::Not": [other]}:
            return not _holds(other)
        case {"Fn::Equals": [left, right]}:
            return bool(_resolve(left) == _resolve(right))
    raise NotImplementedError(f"No template has needed {condition} so far.")


def _ref(name: str) -> Any:  # noqa: ANN401  a parameter's default
    template = load_template()
    if name in _PSEUDO_PARAMETERS:
        return _PSEUDO_PARAMETERS[name]
    if name in template["Parameters"]:
        default = template["Parameters"][name]["Default"]
        return default == "true" if default in ("true", "false") else default  # CloudFormation has no type for it
    return _REF.get(template["Resources"][name]["Type"], str)(name)


def _text(value: Any) -> str:  # noqa: ANN401  JSON
    return value if isinstance(value, str) else json.dumps(value)
