"""API v2's deliveries: the events in one, and what an event takes from its envelope."""

import json
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
    "a resource that is a list": (
        delivery("InboundText", "Finished", [{"id": 1}]),
        {"resource": "InboundText", "event": "Finished", "body": {"resource": [{"id": "1"}]}},
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
        b'{"resourceType": "OutboundCall", "timestamp": 1, "webhookId": 1, "new": {"a": 1}, "same": 5, "events": ['
        b'{"resourceType": "InboundCall", "timestamp": 2, "webhookId": 2, "new": {"a": 2}, "same": 5,'
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
