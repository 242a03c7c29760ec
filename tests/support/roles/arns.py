"""The deployed template: its resources' ARNs, and its roles' policies with these ARNs."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tools.template import load_template, processed

Document = dict[str, Any]
"""An IAM policy, resolved."""

STACK: Final = "callfire-postbacks"
_HERE: Final = "us-east-1:123456789012"
_PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": STACK,
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS: Final = {
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{_HERE}:table/{{}}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::Lambda::Function": f"arn:aws:lambda:{_HERE}:function:{{}}",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{_HERE}:log-group:{{}}:*",
    "AWS::SNS::Topic": f"arn:aws:sns:{_HERE}:{{}}",
    "AWS::SQS::Queue": f"arn:aws:sqs:{_HERE}:{{}}",
}
_NO_VALUE: Final = object()


class Deployment:
    """The processed template with each parameter at its default, except the given ones."""

    def __init__(self, **parameters: str) -> None:
        template = processed()
        defaults = {name: one["Default"] for name, one in load_template()["Parameters"].items()}
        self._parameters: Mapping[str, Any] = defaults | parameters
        self._conditions = template["Conditions"]
        self.resources: Mapping[str, Any] = template["Resources"]

    def arn(self, name: str) -> str:
        """Return the ARN of a resource by its logical id, of an SSM parameter or an index of a table by its path."""
        if name == "*":  # an action without resource-level permissions
            return name
        if name.startswith("/"):
            return f"arn:aws:ssm:{_HERE}:parameter{name}"
        logical_id, separator, index = name.partition("/")
        return self._arn(logical_id) + separator + index

    def roles(self) -> dict[str, list[Document]]:
        """Return the policies of each role."""
        return {
            name: [self.resolve(policy["PolicyDocument"]) for policy in role["Properties"]["Policies"]]
            for name, role in self.of_type("AWS::IAM::Role").items()
        }

    def of_type(self, kind: str) -> dict[str, Any]:
        """Return the deployed resources of a type, as written."""
        return {
            name: resource
            for name, resource in self.resources.items()
            if resource["Type"] == kind and self._is_deployed(resource)
        }

    def resolve(self, value: Any) -> Any:  # noqa: ANN401, PLR0911  JSON, and one return for each intrinsic function
        """Replace each intrinsic function by its value."""
        match value:
            case {"Ref": "AWS::NoValue"}:
                return _NO_VALUE
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [str(name), "Arn"]}:
                return self._arn(name)
            case {"Fn::Sub": [str(text), dict(names)]}:
                return self._sub(text, self.resolve(names))
            case {"Fn::Sub": str(text)}:
                return self._sub(text, {})
            case {"Fn::If": [str(condition), yes, no]}:
                return self.resolve(yes if self._holds(self._conditions[condition]) else no)
            case dict():
                resolved = {key: self.resolve(item) for key, item in value.items()}
                return {key: item for key, item in resolved.items() if item is not _NO_VALUE}
            case list():
                return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        return value

    def _ref(self, name: str) -> Any:  # noqa: ANN401  a parameter
        if name in _PSEUDO_PARAMETERS or name in self._parameters:
            return _PSEUDO_PARAMETERS.get(name, self._parameters.get(name))
        return self._arn(name) if self.resources[name]["Type"] == "AWS::SNS::Topic" else self._physical_name(name)

    def _arn(self, name: str) -> str:
        return _ARNS[self.resources[name]["Type"]].format(self._physical_name(name))

    def _physical_name(self, name: str) -> str:
        return str(self.resolve(self.resources[name]["Properties"].get("LogGroupName", name)))

    def _sub(self, text: str, names: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            name, _, attribute = match[1].partition(".")
            if name in names:
                return str(names[name])
            return str(self._arn(name) if attribute else self._ref(name))

        return re.sub(r"\$\{([\w:.]+)\}", value, text)

    def _is_deployed(self, resource: dict[str, Any]) -> bool:
        return "Condition" not in resource or self._holds(self._conditions[resource["Condition"]])

    def _holds(self, condition: Any) -> bool:  # noqa: ANN401  JSON
        match condition:
            case {"Fn::Not": [other]}:
                return not self._holds(other)
            case {"Fn::Equals": [{"Fn::Select": [int(index), parts]}, right]}:  # of a list parameter
                return bool(str(self.resolve(parts)).split(",")[index] == right)
            case {"Fn::Equals": [left, right]}:
                return bool(self.resolve(left) == self.resolve(right))
            case {"Fn::And": both}:
                return all(map(self._holds, both))
            case {"Fn::Or": either}:
                return any(map(self._holds, either))
            case {"Condition": str(name)}:
                return self._holds(self._conditions[name])
        raise NotImplementedError(f"No template has needed {condition} so far.")
