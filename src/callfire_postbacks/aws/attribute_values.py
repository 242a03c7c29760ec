"""DynamoDB's typed values for what an event is made of: strings, whole numbers, booleans, lists and maps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def to_attribute_value(value: Any) -> "AttributeValueTypeDef":  # noqa: ANN401  JSON
    """Turn a JSON value into DynamoDB's; boto3 has a serializer too, but receive imports no boto3."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [to_attribute_value(item) for item in value]}
    return {"M": {name: to_attribute_value(item) for name, item in value.items()}}


def from_attribute_value(value: Mapping[str, Any]) -> Any:  # noqa: ANN401  JSON
    """Turn a value of DynamoDB's back into the JSON value it was made of."""
    ((kind, content),) = value.items()
    if kind == "L":
        return [from_attribute_value(item) for item in content]
    if kind == "M":
        return {name: from_attribute_value(item) for name, item in content.items()}
    return int(content) if kind == "N" else content
