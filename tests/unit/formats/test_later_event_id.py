"""The event ids of API 1.1 and v2: digests of the content, without data of the delivery."""

import json
from typing import Any

import pytest

from tests.support.bodies.later_generations import SENT_AT, api11_event, api11_json, delivery, notification, v2_event
from tests.support.building import normalize, normalize_all
from tools.samples import LATER_SAMPLES

CALL: dict[str, Any] = {"id": 1024990109003, "state": "FINISHED", "labels": ["a", "b"], "amount": 1.0}


def event_id(**envelope: Any) -> str:  # noqa: ANN401  JSON
    """Return the id of a call, delivered with an envelope."""
    return normalize(delivery("OutboundCall", "Finished", CALL, **envelope))["id"]


PLAIN = event_id()


@pytest.mark.parametrize(
    ("sample", "ids"),
    [
        ("v1.1-inbound-call", ["a7f13569083ac2391255be28ed49e1d3"]),
        ("v1.1-outbound-text", ["17fcf9a5ca1b92684e764ad50b99f770"]),
        ("v1.1-json-outbound-call", ["e3e9aa413777007e8b80102eed5c8c8e"]),
        ("v1.1-campaign-finished", ["005ab4a6509f24401874cd8d666322c6"]),
        ("v2-inbound-text", ["53f9d9006ca81273a3f00debea3da46e"]),
        ("v2-delivery-report", ["7eecfadbe152c09f8be195471238ab2a"]),
        ("v2-contact-list", ["063e9cbec44136266e2aeaa2d74fe9f8"]),
    ],
)
def test_id_never_changes(sample: str, ids: list[str]) -> None:
    """An event id never changes between releases, because consumers have stored it."""
    assert [event["id"] for event in normalize_all(LATER_SAMPLES[sample])] == ids


@pytest.mark.parametrize(
    "envelope",
    [
        {"timestamp": SENT_AT + 1},
        {"webhookId": 5},
        {"webhookName": "another"},
        {"attempt": 2},
        {
            "events": [
                {
                    "timestamp": 1,
                    "webhookId": 5,
                    "resourceType": "OutboundCall",
                    "eventType": "Finished",
                    "resource": CALL,
                }
            ]
        },
    ],
    ids=[
        "another time",
        "another webhook",
        "another name",
        "an unknown field",
        "another time and webhook of the event",
    ],
)
def test_delivery_does_not_matter(envelope: dict[str, Any]) -> None:
    """The same event through two webhooks, or sent twice at different times, is one event."""
    assert event_id(**envelope) == PLAIN


def test_writing_does_not_matter() -> None:
    """Whitespace and the order of names do not change the id."""
    body = delivery("OutboundCall", "Finished", dict(reversed(CALL.items())))
    assert normalize(json.dumps(json.loads(body), indent=3).encode())["id"] == PLAIN


def test_other_content_is_another_event() -> None:
    """Another resource, another event or other content of the resource gives another id."""
    others = [
        delivery("InboundCall", "Finished", CALL),
        delivery("OutboundCall", "Updated", CALL),
        *(
            delivery("OutboundCall", "Finished", CALL | change)
            for change in (
                {"id": 1024990109004},
                {"state": "INVALID"},
                {"labels": ["b", "a"]},
                {"labels": [["a", "b"]]},
                {"amount": 1},
                {"new": ""},
            )
        ),
    ]
    assert len({PLAIN, *(normalize(body)["id"] for body in others)}) == 1 + len(others)


def test_without_an_id_the_time_counts() -> None:
    """Two identical low-balance warnings are two events, because only their times distinguish them."""
    first, second = (
        normalize(
            json.dumps({
                "resourceType": "LowBalance",
                "timestamp": time,
                "events": [{"eventType": "Finished"}],
            }).encode()
        )
        for time in (SENT_AT, SENT_AT + 1)
    )
    assert first["id"] != second["id"]
    assert v2_event("OutboundCall")["id"] == v2_event("OutboundCall")["id"]


def test_subscription_does_not_matter() -> None:
    """The same notification of API 1.1 through two subscriptions is one event."""
    contents = '<Call id="5"><State>FINISHED</State></Call>'
    ids = {normalize(notification(contents, subscription_id=number))["id"] for number in (1, 2)}
    assert len(ids) == 1
    assert ids == {api11_json("CallFinished", Call={"@id": 5, "State": "FINISHED"})["id"]}


def test_other_notification_is_another_event() -> None:
    """Another resource, other content or another campaign trigger gives another id."""
    events = [
        api11_event('<Call id="5"/>'),
        api11_event('<Text id="5"/>'),
        api11_event('<Call id="6"/>'),
        api11_event('<Call id="5"><State>FINISHED</State></Call>'),
        *(
            api11_event('<Broadcast id="5"/>', root="BroadcastNotification", subscription=f"campaign-{trigger}")
            for trigger in ("started", "stopped", "finished", "")
        ),
        api11_event("<Call/>"),
        api11_event("<Call/><Extra>5</Extra>"),
        api11_event("<Fax>5</Fax>"),
        api11_event("<Fax>6</Fax>"),
    ]
    assert len({event["id"] for event in events}) == len(events)
