"""The schemas of docs/schemas/, closed: this release's events hold documented fields only."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tools.pages.schemas import SCHEMAS


@cache
def validator(event_type: str) -> Draft202012Validator:
    """Return a validator of one event type that refuses undocumented fields."""
    return Draft202012Validator(_closed(json.loads((SCHEMAS / f"{event_type}.json").read_text())))


def _closed(schema: Any) -> Any:  # noqa: ANN401  JSON
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in schema and "type" in schema else closed
