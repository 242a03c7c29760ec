"""Fields of API 1.1 and v2 whose names are in another case, or have another prefix, mark or namespace."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from callfire_events.envelope import EventDocument
from tests.support.bodies.later_generations import api11_json, delivery, v2_event
from tests.support.bodies.writings import Write, rename, retag, snake_case, to_json, without_declarations
from tests.support.building import normalize, normalize_all
from tools.samples import LATER_SAMPLES

V2 = [name for name in LATER_SAMPLES if name.startswith("v2-") and name != "v2-low-balance"]
IN_XML = [name for name, body in LATER_SAMPLES.items() if body.startswith(b"<")]

NAMES: dict[str, Write] = {
    "lowercase": str.lower,
    "uppercase": str.upper,
    "capitalized": lambda name: name[:1].upper() + name[1:],
    "snake case": snake_case,
    "kebab case": lambda name: snake_case(name).replace("_", "-"),
    "a prefix": lambda name: f"ns2:{name}",
}


def assert_alike(found: list[EventDocument], sample: str) -> None:
    """Assert that events are those of a sample, except for their ids, and name the repair."""
    for event, expected in zip(found, normalize_all(LATER_SAMPLES[sample]), strict=True):
        assert event["data"].pop("repairs") == ["element-names"]
        unrecognized, others = event["data"].pop("unrecognized", {}), expected["data"].pop("unrecognized", {})
        assert list(unrecognized.values()) == list(others.values())
        assert event | {"id": ""} == expected | {"id": ""}


@pytest.mark.parametrize("write", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("sample", [*V2, "v1.1-json-outbound-call"])
def test_names_in_json(write: Write, sample: str) -> None:
    """A body whose names are written in another way has the same data, and the event names the repair."""
    assert_alike(normalize_all(rename(LATER_SAMPLES[sample], write)), sample)


XML: dict[str, Callable[[bytes], bytes]] = {
    "lowercase": lambda body: retag(body, str.lower),
    "camel case": lambda body: retag(body, lambda name: name if ":" in name else name[:1].lower() + name[1:]),
    "another namespace": lambda body: body.replace(b"http://api.callfire.com/", b"urn:"),
    "undeclared prefixes": without_declarations,
}


@pytest.mark.parametrize("write", XML.values(), ids=XML)
@pytest.mark.parametrize("sample", IN_XML)
def test_names_in_xml(write: Callable[[bytes], bytes], sample: str) -> None:
    """XML with elements in another case or namespace has the same data, and the event names the repair."""
    [event] = normalize_all(write(LATER_SAMPLES[sample]))
    event["data"]["repairs"] = [name for name in event["data"]["repairs"] if name != "undeclared-prefixes"]
    assert_alike([event], sample)


def with_other_prefixes(body: bytes) -> bytes:
    """Return a document with other prefixes of the same namespaces."""
    body = retag(body.partition(b"?>")[2], lambda name: name.replace("n:", "ns3:") if ":" in name else f"d:{name}")
    return body.replace(b"xmlns=", b"xmlns:d=").replace(b"xmlns:n=", b"xmlns:ns3=")


def without_namespaces(body: bytes) -> bytes:
    """Return a document with neither prefixes nor namespaces."""
    return without_declarations(retag(body, lambda name: name.rpartition(":")[2]))


@pytest.mark.parametrize("write", [with_other_prefixes, without_namespaces])
@pytest.mark.parametrize("sample", IN_XML)
def test_prefixes_and_namespaces_that_are_no_repairs(write: Callable[[bytes], bytes], sample: str) -> None:
    """Any prefix of CallFire's namespaces, or no namespace at all, gives the same event."""
    event, expected = (normalize(body) for body in (write(LATER_SAMPLES[sample]), LATER_SAMPLES[sample]))
    assert event == expected | {"id": event["id"]}


CONVERTED: dict[str, dict[str, Any]] = {
    "xmltodict": {"text": "#text"},
    "xml2js": {"text": "_", "attributes": "$"},
    "xml-js": {"text": "_text", "attributes": "_attributes"},
    "PHP": {"text": "content", "attributes": "@attributes"},
    "BadgerFish": {"text": "$"},
    "without marks": {"text": "$t", "mark": ""},
}


@pytest.mark.parametrize("options", CONVERTED.values(), ids=CONVERTED)
@pytest.mark.parametrize("sample", IN_XML)
def test_json_converted_from_xml(options: dict[str, Any], sample: str) -> None:
    """JSON that a program converted from API 1.1's XML has the same data."""
    assert_alike(normalize_all(to_json(LATER_SAMPLES[sample], **options)), sample)


LISTS: dict[str, Callable[[bytes], bytes]] = {
    "v1.1-outbound-call": lambda body: re.sub(
        rb"(<CallRecord .*</CallRecord>)", rb"<CallRecords>\1</CallRecords>", body
    ),
    "v2-outbound-call": lambda body: re.sub(rb'"(label|record|recording)s":', rb'"\1":', body),
}


@pytest.mark.parametrize("sample", LISTS)
def test_lists_in_the_other_number(sample: str) -> None:
    """A list may have a name in the plural where CallFire's is in the singular, and the other way round."""
    assert_alike(normalize_all(LISTS[sample](LATER_SAMPLES[sample])), sample)


def test_callfires_own_name_counts() -> None:
    """If a field has several names, CallFire's own counts, and the others are kept as written."""
    data = v2_event("OutboundCall", ID=1, id=2, Id=3, state="A", STATE="B")["data"]
    assert (data["call_id"], data["state"]) == ("2", "A")
    assert data["unrecognized"] == {"ID": ["1"], "Id": ["3"], "STATE": ["B"]}
    assert "repairs" not in data


def test_the_first_of_other_names_counts() -> None:
    """If none is CallFire's, the first one counts."""
    data = v2_event("OutboundCall", ID=1, Id=3)["data"]
    assert (data["call_id"], data["unrecognized"], data["repairs"]) == ("1", {"Id": ["3"]}, ["element-names"])


def test_names_of_customers_stay() -> None:
    """Attributes and properties keep their names, whatever CallFire's fields are called."""
    data = v2_event("OutboundCall", attributes={"ID": 1, "id": 2}, contact={"Properties": {"State": "CA"}})["data"]
    assert data["attributes"] == {"ID": "1", "id": "2"}
    assert data["contact"] == {"properties": {"State": "CA"}}


def test_content_without_a_type_keeps_its_names() -> None:
    """The body of an event without a type holds all names as written."""
    data = normalize(rename(delivery("LowBalance", "Finished", {"Balance": 5}), str.upper))["data"]
    assert (data["resource"], data["body"], data["repairs"]) == ("LowBalance", {"BALANCE": "5"}, ["element-names"])


@pytest.mark.parametrize(
    ("resource", "event", "kind"),
    [
        ("outbound_call", "FINISHED", "call.finished"),
        ("INBOUND_TEXT", "finish", "text.received"),
        ("Call-Broadcast", "start", "campaign.started"),
        ("CCCCAMPAIGN", "stop", "campaign.stopped"),
        ("contact_list", "VALIDATION_FAILED", "contact_list.validated"),
    ],
)
def test_writings_of_resource_and_event(resource: str, event: str, kind: str) -> None:
    """Resource and event are known in any writing, also as CallFire's older samples have them."""
    assert v2_event(resource, event, id=1)["type"] == f"com.callfire.{kind}.v1"


def test_identity_by_another_name() -> None:
    """An id by another name identifies an event as well: its time does not count."""
    bodies = [delivery("OutboundCall", "Finished", {"ID": 5}, timestamp=time) for time in (1, 2)]
    first, second = (json.loads(body) for body in bodies)
    first["events"][0]["timestamp"] = 7
    assert normalize(json.dumps(first).encode())["id"] == normalize(json.dumps(second).encode())["id"]


@pytest.mark.parametrize("name", ["Subscription_Id", "ns2:SubscriptionId", "subscriptionid"])
def test_subscription_by_another_name(name: str) -> None:
    """A notification's subscription is not part of the event, whatever it is called."""
    [first, second] = (
        normalize(json.dumps({"CallFinished": {name: number, "Call": {"Inbound": True}}}).encode()) for number in (1, 2)
    )
    assert first == second
    assert "unrecognized" not in first["data"]


def test_status_of_a_campaign_with_attributes() -> None:
    """A campaign's status tells what happened even if it is an object."""
    event = api11_json("BroadcastNotification", Broadcast={"@id": 5, "Status": {"value": "RUNNING"}})
    assert event["type"] == "com.callfire.campaign.started.v1"
