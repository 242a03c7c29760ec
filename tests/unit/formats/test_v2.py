"""API v2's webhooks: the event type and the data of each resource."""

from typing import Any

import pytest

from tests.support.bodies.later_generations import delivery, v2_event
from tests.support.building import normalize
from tools.samples import LATER_SAMPLES


def sample(name: str) -> dict[str, Any]:
    """Return the data of a sample's event."""
    return normalize(LATER_SAMPLES[name])["data"]


def test_outbound_call() -> None:
    """A call with an answer, a recording, attributes and a note is read into fields, without unrecognized data."""
    assert normalize(LATER_SAMPLES["v2-outbound-call"]) == {
        "specversion": "1.0",
        "id": "5ea560b40952dd619a2a62ca49111e5a",
        "source": "/callfire/campaigns/13194908003",
        "type": "com.callfire.call.finished.v1",
        "subject": "calls/1024990109003",
        "time": "2026-03-02T17:05:00.000Z",
        "recordedtime": "2026-01-01T12:00:00.000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:callfire-postbacks:schema:com.callfire.call.finished.v1",
        "data": {
            "call_id": "1024990109003",
            "campaign_id": "13194908003",
            "batch_id": "11305143003",
            "direction": "outbound",
            "phone_number": "+12135550188",
            "callfire_number": "+12135550100",
            "state": "FINISHED",
            "agent_call": False,
            "tags": ["survey"],
            "disposition": "XFER",
            "outcome": "transferred",
            "duration_seconds": 48,
            "started_at": "2026-03-02T17:04:06.000Z",
            "created_at": "2026-03-02T17:04:05.000Z",
            "modified_at": "2026-03-02T17:05:00.000Z",
            "notes": "wants a call back",
            "stored_data": {"willvote": "yes"},
            "attributes": {"external_user_id": "45450007002"},
            "recordings": ["https://api.callfire.com/v2/calls/recordings/203300003.mp3"],
            "contact": {"id": "537189974003", "first_name": "Ada", "home_phone": "+12135550188"},
            "attempts": [
                {
                    "id": "571797202003",
                    "disposition": "XFER",
                    "started_at": "2026-03-02T17:04:06.000Z",
                    "answered_at": "2026-03-02T17:04:12.000Z",
                    "finished_at": "2026-03-02T17:05:00.000Z",
                    "duration_seconds": 48,
                    "billed_amount": "1.1667",
                    "to_number": "+12135550188",
                    "recordings": [
                        {
                            "id": "203300003",
                            "name": "main",
                            "state": "READY",
                            "created_at": "2026-03-02T17:05:00.000Z",
                            "duration_seconds": 41,
                            "size_bytes": 12345,
                            "hash": "0a1b2c",
                        }
                    ],
                }
            ],
            "wire_format": "v2",
            "unrecognized": {"notes/created": ["1772471100000"]},
        },
    }


def test_inbound_text() -> None:
    """An inbound text has the contact's number by its direction, and holds its message once."""
    data = sample("v2-inbound-text")
    assert (data["direction"], data["phone_number"], data["callfire_number"]) == (
        "inbound",
        "+12135550188",
        "+12135550100",
    )
    assert (data["message"], data["outcome"], data["text_id"]) == ("yes please", "received", "1023905054003")
    assert "message" not in data["attempts"][0]


def test_outbound_text() -> None:
    """An outbound text from a short code, with a picture, is read into fields."""
    data = sample("v2-outbound-text")
    assert (data["direction"], data["phone_number"], data["callfire_number"]) == ("outbound", "+12135550188", "67076")
    assert data["media"] == [
        {
            "id": "1900003",
            "name": "map",
            "account_id": "5550003",
            "created_at": "2026-03-02T17:00:00.000Z",
            "size_bytes": 10240,
            "media_type": "image/png",
            "url": "https://www.callfire.com/cloud/1/public/text/media/map.png",
        }
    ]


@pytest.mark.parametrize(
    ("name", "event_type"),
    [
        ("v2-inbound-call", "call.finished"),
        ("v2-outbound-call", "call.finished"),
        ("v2-inbound-text", "text.received"),
        ("v2-outbound-text", "text.sent"),
        ("v2-campaign-started", "campaign.started"),
        ("v2-campaign-stopped", "campaign.stopped"),
        ("v2-campaign-finished", "campaign.finished"),
        ("v2-delivery-report", "text.delivery_reported"),
        ("v2-contact-list", "contact_list.validated"),
        ("v2-low-balance", "other"),
        ("v1.1-inbound-call", "call.finished"),
        ("v1.1-outbound-call", "call.finished"),
        ("v1.1-json-outbound-call", "call.finished"),
        ("v1.1-inbound-text", "text.received"),
        ("v1.1-outbound-text", "text.sent"),
        ("v1.1-campaign-finished", "campaign.finished"),
    ],
)
def test_sample_becomes_its_event(name: str, event_type: str) -> None:
    """Each sample of API 1.1 and v2 becomes an event of its type."""
    assert normalize(LATER_SAMPLES[name])["type"] == f"com.callfire.{event_type}.v1"


@pytest.mark.parametrize(
    ("stated", "resource_type", "event_type"),
    [
        (True, "OutboundText", "text.received"),  # as in CallFire's own sample
        (False, "InboundText", "text.sent"),
        (None, "InboundText", "text.received"),
        (None, "OutboundText", "text.sent"),
    ],
)
def test_direction_of_a_text(*, stated: bool | None, resource_type: str, event_type: str) -> None:
    """The text's own direction counts, or else the resource's name; the text's result never does."""
    event = v2_event(resource_type, inbound=stated, fromNumber="1", toNumber="2", finalTextResult="RECEIVED")
    inbound = event_type == "text.received"
    assert event["type"] == f"com.callfire.{event_type}.v1"
    assert event["data"]["direction"] == ("inbound" if inbound else "outbound")
    assert event["data"]["phone_number"] == ("1" if inbound else "2")


def test_campaign_of_the_event_type() -> None:
    """The event type of a campaign comes from the webhook event, whatever CallFire's own status is."""
    event = normalize(LATER_SAMPLES["v2-campaign-finished"])
    assert (event["type"], event["data"]["status"]) == ("com.callfire.campaign.finished.v1", "STOPPED")
    assert (event["subject"], event["time"]) == ("campaigns/13175997003", "2026-03-02T17:30:00.000Z")
    assert event["data"]["unrecognized"]["localTimeRestriction/beginHour"] == ["8"]


@pytest.mark.parametrize("resource", ["CallBroadcast", "TextBroadcast", "CccCampaign"])
@pytest.mark.parametrize("event", ["Started", "Stopped", "Finished", "finished"])
def test_every_campaign(resource: str, event: str) -> None:
    """Each kind of campaign can start, stop and finish; letter case does not matter."""
    found = v2_event(resource, event, id=5)
    assert found["type"] == f"com.callfire.campaign.{event.lower()}.v1"
    assert found["data"] == {"campaign_id": "5", "kind": resource, "wire_format": "v2"}


def test_delivery_report() -> None:
    """A delivery report has its text as subject, and an id of 19 digits stays exact."""
    event = normalize(LATER_SAMPLES["v2-delivery-report"])
    assert (event["subject"], event["time"]) == ("texts/1023905054103", "2026-03-02T17:03:42.571Z")
    assert event["data"] == {
        "text_id": "1023905054103",
        "report_id": "7420017300281076123",
        "campaign_id": "9362663003",
        "phone_number": "+12135550188",
        "callfire_number": "+12135550100",
        "delivery_state": "DELIVERED",
        "delivery_category": "DELIVERED",
        "reported_at": "2026-03-02T17:03:42.571Z",
        "wire_format": "v2",
    }


@pytest.mark.parametrize(("event", "succeeded"), [("ValidationFinished", True), ("ValidationFailed", False)])
def test_contact_list(event: str, *, succeeded: bool) -> None:
    """A contact list states whether its validation succeeded."""
    found = v2_event("ContactList", event, id=10, name="March", size=2, status="ACTIVE", created=1772471025000)
    assert (found["type"], found["subject"]) == ("com.callfire.contact_list.validated.v1", "contact-lists/10")
    assert found["time"] == "2026-03-02T17:05:01.000Z"
    assert found["data"] == {
        "contact_list_id": "10",
        "name": "March",
        "size": 2,
        "status": "ACTIVE",
        "succeeded": succeeded,
        "created_at": "2026-03-02T17:03:45.000Z",
        "wire_format": "v2",
    }


def test_whatever_has_no_type_is_other() -> None:
    """An unknown resource becomes an event with all of its content, each value as written."""
    resource = {
        "id": 7420017300281076123,
        "balance": 4.50,
        "low": True,
        "since": None,
        "empty": {"list": [], "text": " "},
        "steps": [1, "two", {"three": 3e2}],
    }
    event = normalize(delivery("LowBalance", "Finished", resource))
    assert (event["type"], event["time"]) == ("com.callfire.other.v1", "2026-03-02T17:05:01.000Z")
    assert "subject" not in event
    assert event["data"] == {
        "resource": "LowBalance",
        "event": "Finished",
        "body": {
            "id": "7420017300281076123",
            "balance": "4.5",
            "low": "true",
            "steps": ["1", "two", {"three": "300.0"}],
        },
        "wire_format": "v2",
    }
