"""docs/asyncapi.yaml: a valid AsyncAPI document, which says of the topic what is published.

It is held to the AsyncAPI Initiative's own JSON Schema of 3.0.0, since no settled Python package validates 3.0. The
schema lies in asyncapi/, compressed and unchanged, with its licence: `schemas/3.0.0-without-$id.json` of the package
@asyncapi/specs 6.11.1 on npm.
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

from callfire_events.types import EventData, Outcome
from callfire_postbacks.aws.clients import sns, sqs
from callfire_postbacks.outbox import topic
from tests.support.building import call, normalize, normalize_all
from tests.support.trees import Tree, trees
from tests.unit.test_lossless import event_of
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
    """All references in a document."""
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for value in node for found in references(value)] if isinstance(node, list) else []


def test_document_is_valid() -> None:
    """It is an AsyncAPI 3.0 document, and every reference in it leads somewhere."""
    OFFICIAL.validate(DOCUMENT)
    for reference in references(DOCUMENT):
        file, _, pointer = reference.partition("#")
        target: Any = json.loads((DOCS / file).read_text()) if file else DOCUMENT
        for part in filter(None, pointer.split("/")):
            target = target[part]


@pytest.mark.parametrize(
    "wrong", [{"asyncapi": "2.6.0"}, {"channel": {}}, {"operations": {"publish": {"action": "shout"}}}]
)
def test_what_is_no_asyncapi_is_found_out(wrong: dict[str, Any]) -> None:
    """The schema that it is held to refuses other versions, unknown fields and unknown words."""
    with pytest.raises(ValidationError):
        OFFICIAL.validate(DOCUMENT | wrong)


def test_messages_are_the_types() -> None:
    """There is one message for each type of event, with that type's schema."""
    assert [message["name"] for message in MESSAGES.values()] == [kind.TYPE for kind in get_args(EventData)]
    assert list(MESSAGES) == [kind.__name__ for kind in get_args(EventData)]
    assert DOCUMENT["channels"]["events"]["messages"].keys() == MESSAGES.keys()
    for message in MESSAGES.values():
        assert message["payload"]["schema"]["$ref"] == f"./schemas/{message['name']}.json"
    assert set(ATTRIBUTES["Outcome"]["enum"]) == set(get_args(Outcome))


def attributes(event: Any) -> dict[str, str]:  # noqa: ANN401  an event
    """An event's message attributes, with all there can be."""
    return {name: value["StringValue"] for name, value in topic.attributes(event, replayed=True).items()}


@given(trees())
def test_every_event_has_documented_attributes(tree: Tree) -> None:
    """Whatever a postback holds, the attributes of its event are documented ones, in the documented form."""
    event = event_of(tree)
    if event:
        HEADERS[event["type"]].validate(attributes(event))


@pytest.mark.usefixtures("aws")
def test_reduced_attributes_are_documented() -> None:
    """An event that SNS refuses for its attributes goes out with those that are documented for it, and no others."""
    queue = sqs().create_queue(QueueName="WithAttributes")["QueueUrl"]
    arn = sqs().get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic_arn = os.environ["EVENTS_TOPIC_ARN"]
    sns().subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    entry = topic.entry(normalize(call()), replayed=True)
    refused: Any = {"disposition": {"DataType": "String", "StringValue": "\N{PARTY POPPER}"}}
    topic.publish_batch([entry | {"MessageAttributes": refused | dict(entry["MessageAttributes"])}])
    [message] = sqs().receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"].keys() == ATTRIBUTES["ReducedAttributes"]["properties"].keys()


def documented(schema: Any) -> set[str]:  # noqa: ANN401  JSON
    """All properties of a schema of attributes."""
    if "$ref" in schema:
        return documented(ATTRIBUTES[schema["$ref"].rpartition("/")[2]])
    parts = [documented(part) for part in schema.get("allOf", [])]
    return set(schema.get("properties", {})).union(*parts)


def test_every_documented_attribute_is_there() -> None:
    """No attribute is documented that no event of its type has."""
    tagged_reply = call("<smsReceived>yes</smsReceived>", "<tags><tag>t</tag></tags>")
    found: dict[str, set[str]] = {}
    for body in [*(SAMPLES | LATER_SAMPLES).values(), tagged_reply]:
        for event in normalize_all(body):
            found.setdefault(event["type"], set()).update(attributes(event))
    assert found == {message["name"]: documented(message["headers"]) for message in MESSAGES.values()}


def test_required_attributes_are_those_of_an_event_without_content() -> None:
    """What is documented as always there is there even if the postback says nothing."""
    found = topic.attributes(normalize(call()))
    assert found.keys() == set(ATTRIBUTES["ContactAttributes"]["required"])
