"""The four documented postbacks, and their complete events."""

from typing import Any, Final

import pytest

from tests.support.building import normalize
from tools.samples import SAMPLES

CALL_FINISHED: Final = {
    "id": "854589f2f8aa1f80bfb74d495d627c04",
    "type": "com.callfire.call.finished.v1",
    "subject": "calls/111111",
    "time": "2010-03-24T22:58:53.000Z",
    "data": {
        "call_id": "111111",
        "campaign_id": "22222",
        "phone_number": "+12132212289",
        "callfire_number": "+18778973473",
        "tags": ["sales number", "houston"],
        "disposition": "TRANSFER",
        "outcome": "transferred",
        "duration_seconds": 35,
        "started_at": "2010-03-24T15:58:18-07:00",
        "notes": "notes that a call center campaign will add to a call.",
        "extra_data": "additional data uploaded with the phone number",
        "agent": {"id": "21212", "response": "interested", "responded_at": "2010-03-24T15:58:38-07:00"},
        "stored_data": {"bigconcern": "economy", "willvote": "yes"},
        "recordings": ["https://www.callfire.com/cloud/1/files/recording/"],
        "assumed_time_zone": "America/Los_Angeles",
        "wire_format": "cloud1",
    },
}
TEXT_RECEIVED: Final = {
    "id": "c62246c466b990f078dc6cef7dc93227",
    "type": "com.callfire.text.received.v1",
    "subject": "texts/111111",
    "time": "2011-06-28T00:19:55.000Z",
    "data": {
        "text_id": "111111",
        "campaign_id": "22222",
        "phone_number": "+12132212289",
        "callfire_number": "88202",
        "message": "Reply message",
        "reply_to_campaign_id": "2740908",
        "disposition": "LA",
        "outcome": "received",
        "duration_seconds": 60,
        "started_at": "2011-06-27T17:18:55-07:00",
        "assumed_time_zone": "America/Los_Angeles",
        "wire_format": "cloud1",
    },
}
TEXT_SENT: Final = {
    "id": "c416d31d31d097fa8d72aed05a11e50e",
    "type": "com.callfire.text.sent.v1",
    "subject": "texts/111111",
    "time": "2011-06-28T00:19:55.000Z",
    "data": {
        "text_id": "111111",
        "campaign_id": "22222",
        "phone_number": "+12132212289",
        "callfire_number": "88202",
        "message": "sent message",
        "disposition": "LA",
        "outcome": "sent",
        "duration_seconds": 60,
        "started_at": "2011-06-27T17:18:55-07:00",
        "assumed_time_zone": "America/Los_Angeles",
        "wire_format": "cloud1",
    },
}
CAMPAIGN_FINISHED: Final = {
    "id": "63dbba359216d7710d229eca6f8a420e",
    "type": "com.callfire.campaign.finished.v1",
    "subject": "campaigns/22222",
    "time": "2026-01-01T12:00:00.000Z",  # the postback holds no time, so this is its time of receipt
    "data": {
        "campaign_id": "22222",
        "name": "My Campaign Name",
        "status": "finished",
        "cost": {"amount": "2.25", "currency": "USD"},
        "stats": {
            "total": 100,
            "dialed": 100,
            "live": 48,
            "machine": 24,
            "no_answer": 12,
            "do_not_call": 0,
            "busy": 6,
            "transferred": 10,
            "error": 0,
            "misc": 0,
        },
        "wire_format": "cloud1",
    },
}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("call-finished", CALL_FINISHED),
        ("text-received", TEXT_RECEIVED),
        ("text-sent", TEXT_SENT),
        ("campaign-finished", CAMPAIGN_FINISHED),
    ],
)
def test_sample_becomes_its_event(kind: str, expected: dict[str, Any]) -> None:
    """Each documented postback becomes exactly its documented event, with an id that never changes."""
    assert normalize(SAMPLES[kind]) == {
        "specversion": "1.0",
        "source": "/callfire/campaigns/22222",
        "recordedtime": "2026-01-01T12:00:00.000Z",
        "datacontenttype": "application/json",
        "dataschema": f"urn:callfire-postbacks:schema:{expected['type']}",
        **expected,
    }
