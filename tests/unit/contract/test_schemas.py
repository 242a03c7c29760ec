"""The JSON Schemas of docs/schemas/, on which consumers rely."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, ValidationError

from tests.support.bodies.trees import Tree, event_of, trees
from tests.support.building import normalize
from tests.support.contract.closed_schemas import validator
from tools.pages.schemas import SCHEMAS, files
from tools.samples import SAMPLES


def test_files_are_generated() -> None:
    """`make schemas` changes nothing: every schema matches the types."""
    assert {file.name: file.read_text() for file in SCHEMAS.glob("*")} == files()


@pytest.mark.parametrize("kind", SAMPLES)
def test_sample_is_valid(kind: str) -> None:
    """The schemas are valid, and each documented postback's event is valid as exactly one type."""
    event = normalize(SAMPLES[kind])
    schemas = {name.removesuffix(".json") for name in files()}
    for name in schemas:
        Draft202012Validator.check_schema(validator(name).schema)
    assert {name for name in schemas if validator(name).is_valid(event)} == {event["type"]}


@given(trees())
def test_every_event_is_valid(tree: Tree) -> None:
    """The event of any postback is valid for the schema of its type."""
    event = event_of(tree)
    if event:
        validator(event["type"]).validate(event)


@pytest.mark.parametrize(
    "change",
    [
        {"notes": None},
        {"notes": ""},
        {"tags": []},
        {"stored_data": {}},
        {"agent": {}},
        {"agent": {"name": "Smith"}},
        {"duration_seconds": "35"},
        {"outcome": "unheard of"},
        {"call": "111111"},
    ],
)
def test_empty_and_undocumented_values_are_invalid(change: dict[str, Any]) -> None:
    """A null, an empty value, a field of another type and an undocumented field are invalid."""
    event = deepcopy(normalize(SAMPLES["call-finished"]))
    event["data"] |= change
    with pytest.raises(ValidationError):
        validator(event["type"]).validate(event)


def test_schema_is_named_by_its_events() -> None:
    """An event's `dataschema` names the schema for which it is valid."""
    for body in SAMPLES.values():
        event = normalize(body)
        schema = json.loads((SCHEMAS / f"{event['type']}.json").read_text())
        assert schema["$id"] == event["dataschema"]
