"""Version 1 of the events: released schemas stay compatible in both directions until there is a version 2."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.contract import openapi
from tests.support.contract.compatibility import breaking_changes
from tools.pages.schemas import SCHEMAS

RELEASED: Final = Path(__file__).parent / "v1"
"""The released docs/. A release that adds something saves a copy here, so that the addition stays too."""
TYPES: Final = sorted((RELEASED / "schemas").iterdir())

ASYNCAPI: Final = SCHEMAS.parent / "asyncapi.yaml"

Change = Callable[[dict[str, Any], dict[str, Any]], object]
"""Changes a schema and the schema of its data, which are copies."""

CALL: Final = json.loads((RELEASED / "schemas" / "com.callfire.call.finished.v1.json").read_text())


def test_no_type_is_gone() -> None:
    """Every released event type still exists."""
    assert {file.name for file in TYPES} <= {file.name for file in SCHEMAS.iterdir()}


@pytest.mark.parametrize("file", TYPES, ids=lambda file: file.stem)
def test_nothing_breaks(file: Path) -> None:
    """No part of a released schema is removed, renamed, retyped, narrowed or widened."""
    assert breaking_changes(json.loads(file.read_text()), json.loads((SCHEMAS / file.name).read_text())) == []


def test_attributes_stay() -> None:
    """Messages keep their attributes, so that filter policies accept the same events."""
    before, after = yaml.safe_load((RELEASED / "asyncapi.yaml").read_text()), yaml.safe_load(ASYNCAPI.read_text())
    for name in before["components"]["messages"]:
        pointer = f"/components/messages/{name}/headers"
        assert breaking_changes(before, after, pointer=pointer, name="attributes") == []


def test_answers_stay() -> None:
    """Released routes exist and answer the same; no program reads the body of CallFire's route."""
    before, after = yaml.safe_load((RELEASED / "openapi.yaml").read_text()), openapi.DOCUMENT
    now = openapi.operations()
    for (method, path), operation in openapi.operations(before).items():
        if path.startswith("/postbacks/"):
            continue
        for status, response in operation["responses"].items():
            for content_type, content in openapi.resolve(response, before)["content"].items():
                answer = openapi.resolve(now[method, path]["responses"][status])["content"][content_type]
                old, new = content["schema"]["$ref"], answer["schema"]["$ref"]
                assert old == new
                assert breaking_changes(before, after, pointer=old.removeprefix("#"), name=f"{method} {path}") == []


def changed(change: Change) -> list[str]:
    """Return the breaking changes that a change of the call's schema causes."""
    schema = deepcopy(CALL)
    change(schema, schema["properties"]["data"])
    return breaking_changes(CALL, schema)


BREAKING: Final[dict[str, tuple[Change, str]]] = {
    "a field of the data is removed": (
        lambda _, data: data["properties"].pop("notes"),
        "event.data.notes is gone",
    ),
    "a field of the envelope is removed": (
        lambda schema, _: schema["properties"].pop("subject"),
        "event.subject is gone",
    ),
    "a field of a part is removed": (
        lambda schema, _: schema["$defs"]["Agent"]["properties"].pop("id"),
        "event.data.agent.id is gone",
    ),
    "a field is renamed": (
        lambda _, data: data["properties"].update(remarks=data["properties"].pop("notes")),
        "event.data.notes is gone",
    ),
    "a field is retyped": (
        lambda _, data: data["properties"]["duration_seconds"].update(type="string"),
        "event.data.duration_seconds: type was integer, and is string",
    ),
    "the items of a list are retyped": (
        lambda _, data: data["properties"]["tags"]["items"].update(type="integer"),
        "event.data.tags.items: type was string, and is integer",
    ),
    "the values of a map are retyped": (
        lambda _, data: data["properties"]["stored_data"]["additionalProperties"].update(type="array"),
        "event.data.stored_data.additionalProperties: type was string, and is array",
    ),
    "a field is narrowed": (
        lambda _, data: data["properties"]["notes"].update(maxLength=10),
        "event.data.notes: maxLength was None, and is 10",
    ),
    "a field is widened": (
        lambda _, data: data["properties"]["notes"].pop("minLength"),
        "event.data.notes: minLength was 1, and is None",
    ),
    "a field becomes required": (
        lambda _, data: data["required"].append("notes"),
        "event.data: notes is new in required",
    ),
    "a field becomes optional": (
        lambda _, data: data["required"].remove("outcome"),
        "event.data: outcome has left required",
    ),
    "all fields become optional": (
        lambda _, data: data.pop("required"),
        "event.data: required was ['wire_format', 'outcome'], and is None",
    ),
    "a value is added to a closed vocabulary": (
        lambda _, data: data["properties"]["outcome"]["enum"].append("voicemail"),
        "event.data.outcome: voicemail is new in enum",
    ),
    "a value is taken from a closed vocabulary": (
        lambda _, data: data["properties"]["outcome"]["enum"].remove("busy"),
        "event.data.outcome: busy has left enum",
    ),
    "the data is closed": (
        lambda _, data: data.update(additionalProperties=False),
        "event.data: additionalProperties was None, and is False",
    ),
    "the type is another": (
        lambda schema, _: schema["properties"]["type"].update(const="v2"),
        "event.type: const was com.callfire.call.finished.v1, and is v2",
    ),
    "the schema has another name": (
        lambda schema, _: schema.update({"$id": "urn:x"}),
        f"event: $id was {CALL['$id']}, and is urn:x",
    ),
}
GROWTH: Final[dict[str, Change]] = {
    "an optional field of the data": lambda _, data: data["properties"].update(direction={"enum": ["in", "out"]}),
    "an optional field of a part": lambda schema, _: schema["$defs"]["Agent"]["properties"].update(name={}),
    "an optional field of the envelope": lambda schema, _: schema["properties"].update(traceparent={}),
    "better words": lambda schema, _: schema.update(description="Better words.", examples=[]),
    "better words for a field": lambda _, data: data["properties"]["notes"].update(description="Better words."),
    "the same in place": lambda schema, data: data["properties"].update(agent=schema["$defs"].pop("Agent")),
}


@pytest.mark.parametrize(("change", "breaks"), BREAKING.values(), ids=BREAKING)
def test_breaking_change_is_noticed(change: Change, breaks: str) -> None:
    """Each kind of breaking change is found and named."""
    assert changed(change) == [breaks]


@pytest.mark.parametrize("change", GROWTH.values(), ids=GROWTH)
def test_growth_is_no_breaking_change(change: Change) -> None:
    """Optional fields at any level, better wording and equivalent schemas are not breaking changes."""
    assert changed(change) == []
