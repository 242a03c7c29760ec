"""docs/asyncapi.yaml is a valid AsyncAPI document, and describes the published messages.

It is checked against the AsyncAPI Initiative's own JSON Schema of 3.0.0, because no established Python package
validates 3.0. The schema is in asyncapi/, compressed and unchanged, with its licence: `schemas/3.0.0-without-$id.json`
of the package @asyncapi/specs 6.11.1 on npm.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any, Final, get_args

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft7Validator, Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from callfire_events import EventData
from callfire_events.calls_and_texts import Outcome
from callfire_postbacks.aws.clients import sns, sqs
from callfire_postbacks.outbox import batches, topic
from tests.support.bodies.trees import Tree, event_of, trees
from tests.support.building import call, normalize, normalize_all
from tools import ROOT
from tools.samples import LATER_SAMPLES, SAMPLES

DOCS: Final = ROOT / "docs"
DOCUMENT: Final[Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())
MESSAGES: Final = DOCUMENT["components"]["messages"]
ATTRIBUTES: Final = DOCUMENT["components"]["schemas"]
OFFICIAL: Final = Draft7Validator(
    json.loads(gzip.decompress((Path(__file__).parent / "asyncapi/3.0.0.json.gz").read_bytes()))
)
REGISTRY: Final = Registry[Any]().with_resource("asyncapi", DRAFT202012.create_resource(DOCUMENT))
HEADERS: Final = {
    message["name"]: Draft202012Validator(
        {"$ref": message["headers"]["$ref"].replace("#", "asyncapi#"), "unevaluatedProperties": False},
        registry=REGISTRY,
    )
    for message in MESSAGES.values()
}


def references(node: Any) -> list[str]:  # noqa: ANN401  JSON
    """Return all references in a document."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for value in node for found in references(value)] if isinstance(node, list) else []


def test_document_is_valid() -> None:
    """The document is valid AsyncAPI 3.0, and every reference in it resolves."""
    OFFICIAL.validate(DOCUMENT)
    for reference in references(DOCUMENT):
        file, _, pointer = reference.partition("#")
        target: Any = json.loads((DOCS / file).read_text()) if file else DOCUMENT
        for part in filter(None, pointer.split("/")):
            target = target[part]


@pytest.mark.parametrize(
    "wrong", [{"asyncapi": "2.6.0"}, {"channel": {}}, {"operations": {"publish": {"action": "shout"}}}]
)
def test_invalid_asyncapi_is_refused(wrong: dict[str, Any]) -> None:
    """The schema of AsyncAPI refuses other versions, unknown fields and unknown words."""
    with pytest.raises(ValidationError):
        OFFICIAL.validate(DOCUMENT | wrong)


def test_messages_are_the_types() -> None:
    """Each event type has one message, with that type's schema."""
    assert [message["name"] for message in MESSAGES.values()] == [kind.TYPE for kind in get_args(EventData)]
    assert list(MESSAGES) == [kind.__name__ for kind in get_args(EventData)]
    assert DOCUMENT["channels"]["events"]["messages"].keys() == MESSAGES.keys()
    for message in MESSAGES.values():
        assert message["payload"]["schema"]["$ref"] == f"./schemas/{message['name']}.json"
    assert set(ATTRIBUTES["Outcome"]["enum"]) == set(get_args(Outcome))


def attributes(event: Any) -> dict[str, str]:  # noqa: ANN401  an event
    """Return an event's message attributes, with all optional ones."""
    return {name: value["StringValue"] for name, value in topic.attributes(event, replayed=True).items()}


@given(trees())
def test_every_event_has_documented_attributes(tree: Tree) -> None:
    """Any event has only documented attributes, in the documented form."""
    event = event_of(tree)
    if event:
        HEADERS[event["type"]].validate(attributes(event))


@pytest.mark.usefixtures("aws")
def test_reduced_attributes_are_documented() -> None:
    """An event that SNS refuses for its attributes is published with exactly those documented for this case."""
    queue = sqs().create_queue(QueueName="WithAttributes")["QueueUrl"]
    arn = sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic_arn = os.environ["EVENTS_TOPIC_ARN"]
    sns().subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    entry = batches.entry(normalize(call()), replayed=True)
    refused: Any = {"disposition": {"DataType": "String", "StringValue": "\N{PARTY POPPER}"}}
    batches.publish([entry | {"MessageAttributes": refused | dict(entry["MessageAttributes"])}])
    [message] = sqs().receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"].keys() == ATTRIBUTES["ReducedAttributes"]["properties"].keys()


def documented(schema: Any) -> set[str]:  # noqa: ANN401  JSON
    """Return all properties of a schema of attributes."""
    if "$ref" in schema:
        return documented(ATTRIBUTES[schema["$ref"].rpartition("/")[2]])
    parts = [documented(part) for part in schema.get("allOf", [])]
    return set(schema.get("properties", {})).union(*parts)


def test_every_documented_attribute_is_there() -> None:
    """Each documented attribute occurs in some event of its type."""
    tagged_reply = call("<smsReceived>yes</smsReceived>", "<tags><tag>t</tag></tags>")
    found: dict[str, set[str]] = {}
    for body in [*(SAMPLES | LATER_SAMPLES).values(), tagged_reply]:
        for event in normalize_all(body):
            found.setdefault(event["type"], set()).update(attributes(event))
    assert found == {message["name"]: documented(message["headers"]) for message in MESSAGES.values()}


def test_required_attributes_are_those_of_an_event_without_content() -> None:
    """Attributes documented as required are present even if the postback is empty."""
    found = topic.attributes(normalize(call()))
    assert found.keys() == set(ATTRIBUTES["ContactAttributes"]["required"])
