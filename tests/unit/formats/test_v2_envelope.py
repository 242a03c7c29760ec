"""API v2's deliveries: the events in one, and what an event takes from its envelope."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.bodies.later_generations import delivery
from tests.support.building import normalize, normalize_all
from tools.samples import LATER_SAMPLES

CALL = {"id": 1024990109003, "fromNumber": "12135550100", "toNumber": "12135550188"}


OTHERS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "an unknown event of a known resource": (
        delivery("OutboundCall", "Updated", {"id": 1}),
        {"resource": "OutboundCall", "event": "Updated", "body": {"id": "1"}},
    ),
    "no event named, of a resource that has several": (
        delivery("CallBroadcast", "", {"id": 1}),
        {"resource": "CallBroadcast", "body": {"id": "1"}},
    ),
    "no resource type": (
        b'{"events": [{"eventType": "Finished", "resource": {"id": 1}}]}',
        {"event": "Finished", "body": {"id": "1"}},
    ),
    "a resource that is a text": (
        delivery("OutboundCall", "Finished", "gone"),
        {"resource": "OutboundCall", "event": "Finished", "body": {"resource": "gone"}},
    ),
    "a list with anything but resources": (
        delivery("InboundText", "Finished", [{"id": 1}, "x"]),
        {"resource": "InboundText", "event": "Finished", "body": {"resource": [{"id": "1"}, "x"]}},
    ),
    "an event without a resource": (
        b'{"webhookId": 3, "events": [{"eventType": "Finished", "balance": 5, "account": {"id": 4}}]}',
        {"event": "Finished", "body": {"balance": "5", "account": {"id": "4"}}},
    ),
    "a webhook itself": (
        b'{"id": 3, "resource": "InboundText", "events": ["Finished"], "callback": "https://x.example"}',
        {
            "resource": "InboundText",
            "body": {"resource": "Finished"},
            "unrecognized": {"envelope/id": ["3"], "envelope/callback": ["https://x.example"]},
        },
    ),
    "an event without its envelope": (
        b'{"eventType": "Finished", "resource": {"id": 1}}',
        {"event": "Finished", "body": {"id": "1"}},
    ),
    "an event that is a number": (b'{"webhookId": 3, "events": [5]}', {"body": {"resource": "5"}}),
    "no events": (b'{"resourceType": "LowBalance", "events": []}', {"resource": "LowBalance"}),
    "null for events": (b'{"resourceType": "LowBalance", "events": null}', {"resource": "LowBalance"}),
    "only an empty list": (b'{"events": []}', {}),
    "an unknown resource with an unknown envelope": (
        (
            b'{"resourceType": "New", "account": {"id": 5},'
            b' "events": [{"try": 2, "eventType": "Made", "resource": {"a": "b"}}]}'
        ),
        {
            "resource": "New",
            "event": "Made",
            "body": {"a": "b"},
            "unrecognized": {"envelope/account/id": ["5"], "envelope/try": ["2"]},
        },
    ),
}


@pytest.mark.parametrize(("body", "data"), OTHERS.values(), ids=OTHERS)
def test_other_shapes_are_other_events(body: bytes, data: dict[str, Any]) -> None:
    """A delivery of any other shape becomes an event with all of its content."""
    event = normalize(body)
    assert event["type"] == "com.callfire.other.v1"
    assert event["data"] == data | {"wire_format": "v2"}


def test_event_and_envelope_differ() -> None:
    """If an event and its envelope have a field, the event's counts, and the other one is kept."""
    body = (
        b'{"resourceType": "OutboundCall", "timestamp": 1772471101000, "webhookId": 1, "new": {"a": 1},'
        b' "same": 5, "events": ['
        b'{"resourceType": "InboundCall", "timestamp": 1772471102000, "webhookId": 2, "new": {"a": 2}, "same": 5,'
        b' "eventType": "Finished", "resource": {"id": 1}}]}'
    )
    data = normalize(body)["data"]
    assert data["direction"] == "inbound"
    assert data["unrecognized"] == {
        "envelope/resourceType": ["OutboundCall"],
        "envelope/new/a": ["1", "2"],
        "envelope/same": ["5"],
    }


@pytest.mark.parametrize("resource", [{}, None])
def test_resource_without_fields(resource: dict[str, Any] | None) -> None:
    """A call without any field is still a call, even if its only event has no name."""
    event = normalize(delivery("OutboundCall", "Finished", resource))
    assert event["type"] == "com.callfire.call.finished.v1"
    assert event["data"] == {"direction": "outbound", "outcome": "other", "wire_format": "v2"}
    unnamed = json.dumps({"resourceType": "OutboundCall", "events": {"resource": resource}})
    assert normalize(unnamed.encode())["data"] == event["data"]


def test_event_without_a_list() -> None:
    """An event outside a list, or in place of its envelope, is read as if it were in a list."""
    inner = {"timestamp": 1772471101000, "resourceType": "InboundCall", "eventType": "Finished", "resource": CALL}
    assert normalize(json.dumps({"events": inner}).encode()) == normalize(json.dumps(inner).encode())


def test_several_events() -> None:
    """Each event of a delivery becomes a separate event, in order."""
    first, second = normalize_all(LATER_SAMPLES["v2-several-events"])
    assert [event["subject"] for event in (first, second)] == ["texts/1023905054103", "texts/1023905054104"]
    assert first["id"] == normalize(LATER_SAMPLES["v2-delivery-report"])["id"]


def test_list_of_resources() -> None:
    """Each resource of an event becomes a separate event, the same as by itself."""
    both = normalize_all(delivery("InboundCall", "Finished", [CALL, [CALL | {"id": 2}]]))
    assert both == [normalize(delivery("InboundCall", "Finished", call)) for call in (CALL, CALL | {"id": 2})]


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "InboundCall", "eventType": "Finished", **CALL},
        {"webhookId": 3, "resourceType": "InboundCall", "events": [{"eventType": "Finished", **CALL}]},
        {"resourceType": "InboundCall", "events": {"event": [{"eventType": "Finished", "resource": CALL}]}},
        {"resourceType": "InboundCall", "resource": CALL, "events": [{"eventType": "Finished"}]},
        {"resource": "InboundCall", "events": [{"eventType": "Finished", "resource": CALL}]},
        {"resourceType": "InboundCall", "events": [{"eventType": "Finished", "resource": {"call": CALL}}]},
    ],
    ids=[
        "fields beside those of the delivery",
        "fields beside those of the event",
        "a list in an element",
        "a resource in the envelope",
        "a type by the name that a webhook gives it",
        "a resource in an object",
    ],
)
def test_shapes_of_a_call(body: dict[str, Any]) -> None:
    """A call is the same event wherever its fields are."""
    event = normalize(json.dumps(body).encode())
    same = normalize(json.dumps({"resourceType": "InboundCall", "eventType": "Finished", "resource": CALL}).encode())
    event["data"].pop("repairs", None)
    assert event == same


def test_contact_alone_is_no_call() -> None:
    """The only field of a resource is not taken for an object around it."""
    data = normalize(delivery("InboundCall", "Finished", {"contact": {"id": 5}}))["data"]
    assert data["contact"] == {"id": "5"}
    assert "call_id" not in data


def test_other_resource_in_the_envelope_is_kept() -> None:
    """A resource of the envelope is kept beside the event's own."""
    body = {"resourceType": "InboundCall", "resource": {"id": 5}, "events": [{"resource": CALL}]}
    event = normalize(json.dumps(body).encode())
    assert (event["subject"], event["data"]["unrecognized"]) == (
        "calls/1024990109003",
        {"envelope/resource/id": ["5"]},
    )


@pytest.mark.parametrize(
    "around",
    [
        lambda text: {"resourceType": "LowBalance", "eventType": "Finished", "text": text},
        lambda text: {"resourceType": "LowBalance", "text": text, "events": [{"eventType": "Finished"}]},
        lambda text: {"resourceType": "LowBalance", "text": text, "events": [{"resource": {}}]},
        lambda text: {"resourceType": "InboundText", "events": [{"eventType": "Finished", "text": text}]},
    ],
    ids=["a delivery", "an envelope", "an empty resource", "an event"],
)
def test_content_beside_an_absent_resource_counts(around: Callable[[str], dict[str, Any]]) -> None:
    """Two deliveries without a resource are two events if anything else in them differs."""
    ids = {normalize(json.dumps(around(text)).encode())["id"] for text in ("one", "two", "two")}
    assert len(ids) == 2
