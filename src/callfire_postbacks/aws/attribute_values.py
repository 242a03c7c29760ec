"""Convert JSON values to DynamoDB's typed attribute values and back: strings, integers, booleans, lists and maps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


def to_attribute_value(value: Any) -> "AttributeValueTypeDef":  # noqa: ANN401  JSON
    """Convert a JSON value to a DynamoDB attribute value, without boto3's serializer: receive imports no boto3."""
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
    """Convert a DynamoDB attribute value back to its JSON value."""
    ((kind, content),) = value.items()
    if kind == "L":
        return [from_attribute_value(item) for item in content]
    if kind == "M":
        return {name: from_attribute_value(item) for name, item in content.items()}
    return int(content) if kind == "N" else content
