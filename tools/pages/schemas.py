"""Generate docs/schemas/: the JSON Schema of each type of event, envelope included, from the types in the source.

    PYTHONPATH=src python -m tools.pages.schemas

The types state the possible fields; the rule that no event contains a null or an empty value is here.
The schemas are open: a later release may add fields, and its events must be valid for consumers with these schemas.
"""

import ast
import inspect
import json
from dataclasses import is_dataclass
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any, Final, get_args, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from callfire_events import EventData
from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.postback import Postback
from tools import ROOT
from tools.samples import LATER_SAMPLES, SAMPLES

SCHEMAS: Final = ROOT / "docs" / "schemas"

_CONSTANT: Final = ("specversion", "type", "datacontenttype", "dataschema")
"""Fields of the envelope that are the same in all events of a type."""


def files() -> dict[str, str]:
    """Return all files of docs/schemas: name and text."""
    return {f"{kind.TYPE}.json": json.dumps(event_schema(kind), indent=2) + "\n" for kind in get_args(EventData)}


def event_schema(kind: Any) -> dict[str, Any]:  # noqa: ANN401  one of EventData's classes
    """Return the schema of one type of event, with a documented postback's event as its example."""
    example = _examples()[kind.TYPE]
    envelope = _described(_schema(_envelope()), EventDocument)
    data = _schema(kind)
    definitions = {"$defs": data.pop("$defs")} if "$defs" in data else {}  # references resolve only from the root
    constants = {name: {"const": example[name]} for name in _CONSTANT}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": example["dataschema"],
        "title": data.pop("title"),
        "description": data.pop("description"),
        "type": envelope["type"],
        "required": envelope["required"],
        "properties": envelope["properties"] | constants | {"data": data},
        "examples": [example],
        **definitions,
    }


class _NothingEmpty(GenerateJsonSchema):
    """Pydantic's schemas, with docstrings from the source, and without empty values."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        return super().str_schema(schema) | {"minLength": 1}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:  # noqa: ARG002
        return self.str_schema(core_schema.str_schema())  # v1's schemas name no format

    def list_schema(self, schema: core_schema.ListSchema) -> JsonSchemaValue:
        return super().list_schema(schema) | {"minItems": 1}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        return super().dict_schema(schema) | {"minProperties": 1}

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        found = super().dataclass_schema(schema)
        return _described(found, schema["cls"]) | {"minProperties": 1}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  a field's name says as much
        return False


def _schema(of: Any) -> dict[str, Any]:  # noqa: ANN401  any type
    return TypeAdapter(of).json_schema(schema_generator=_NothingEmpty)


def _envelope() -> type[BaseModel]:
    """Return EventDocument as a model: Pydantic supports TypedDict of `typing` only on Python 3.12 and later."""
    required = EventDocument.__required_keys__
    fields: Any = {
        name: (hint, ... if name in required else None) for name, hint in get_type_hints(EventDocument).items()
    }
    return create_model("EventDocument", **fields)


def _described(schema: JsonSchemaValue, of: type) -> JsonSchemaValue:
    """Add each field's docstring, which Python itself does not keep."""
    for base in [base for base in of.__mro__ if is_dataclass(base)] or [of]:
        module = inspect.getmodule(base)
        assert module  # noqa: S101  it was imported from a module
        for name, docstring in _docstrings(module).get(base.__name__, {}).items():
            schema["properties"][name]["description"] = docstring
    return schema


@cache
def _docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """Return the docstrings of all fields, by class: a string after a field is its docstring."""
    return {
        node.name: {
            field.target.id: " ".join(text.value.value.split())
            for field, text in zip(node.body, node.body[1:], strict=False)
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
        }
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    }


@cache
def _examples() -> dict[str, EventDocument]:
    """Return the events of the sample postbacks, by type; of cloud/1's samples if there is one."""
    received_at, zone = datetime(2026, 1, 1, 12, tzinfo=UTC), ZoneInfo("America/Los_Angeles")
    postbacks = [Postback("callfinish", "0" * 64, received_at, body) for body in (LATER_SAMPLES | SAMPLES).values()]
    events = [event for postback in postbacks for event in normalize(postback, zone=zone)]
    return {event["type"]: event for event in events}


if __name__ == "__main__":
    for name, text in files().items():
        (SCHEMAS / name).write_text(text)
        print(f"docs/schemas/{name}")
