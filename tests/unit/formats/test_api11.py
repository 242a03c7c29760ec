"""API 1.1's notifications, in XML and in JSON: the event type and the data of each."""

from typing import Any

import pytest

from tests.support.bodies.later_generations import api11_event, api11_json
from tests.support.building import normalize
from tools.samples import LATER_SAMPLES


def test_outbound_call() -> None:
    """A call with two attempts, client data, a label, an answer and a recording is read without unrecognized data."""
    assert normalize(LATER_SAMPLES["v1.1-outbound-call"]) == {
        "specversion": "1.0",
        "id": "226d6e58650a38259d92b6f9e15433a8",
        "source": "/callfire/campaigns/1157000003",
        "type": "com.callfire.call.finished.v1",
        "subject": "calls/882960114003",
        "time": "2026-03-02T18:10:00.000Z",
        "recordedtime": "2026-01-01T12:00:00.000Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:callfire-postbacks:schema:com.callfire.call.finished.v1",
        "data": {
            "call_id": "882960114003",
            "campaign_id": "1157000003",
            "batch_id": "962800003",
            "direction": "outbound",
            "phone_number": "+12135550188",
            "callfire_number": "+12135550100",
            "state": "FINISHED",
            "tags": ["survey"],
            "disposition": "XFER",
            "outcome": "transferred",
            "duration_seconds": 48,
            "started_at": "2026-03-02T18:09:06.000Z",
            "created_at": "2026-03-02T17:04:05.000Z",
            "modified_at": "2026-03-02T18:10:01.000Z",
            "extra_data": "order 17",
            "stored_data": {"willvote": "yes"},
            "recordings": ["https://www.callfire.com/api/1.1/rest/call/recording/203300003"],
            "contact": {"id": "646100003"},
            "attempts": [
                {
                    "id": "487000003",
                    "disposition": "BUSY",
                    "started_at": "2026-03-02T17:04:06.000Z",
                    "finished_at": "2026-03-02T17:04:20.000Z",
                    "duration_seconds": 0,
                    "billed_amount": "0.0",
                },
                {
                    "id": "487000103",
                    "disposition": "XFER",
                    "started_at": "2026-03-02T18:09:06.000Z",
                    "answered_at": "2026-03-02T18:09:12.000Z",
                    "finished_at": "2026-03-02T18:10:00.000Z",
                    "duration_seconds": 48,
                    "billed_amount": "1.0",
                    "recordings": [
                        {
                            "id": "203300003",
                            "name": "main",
                            "created_at": "2026-03-02T18:10:00.000Z",
                            "duration_seconds": 41,
                        }
                    ],
                },
            ],
            "wire_format": "api11",
        },
    }


def test_texts() -> None:
    """A text states its direction; an outbound text has its message only in its record."""
    received = normalize(LATER_SAMPLES["v1.1-inbound-text"])["data"]
    sent = normalize(LATER_SAMPLES["v1.1-outbound-text"])["data"]
    assert (received["phone_number"], received["callfire_number"]) == ("+12135550188", "+12135550100")
    assert (received["message"], received["outcome"]) == ("yes please", "received")
    assert (sent["phone_number"], sent["callfire_number"]) == ("+12135550188", "67076")
    assert (sent["message"], sent["outcome"]) == ("Your appointment is tomorrow at 3", "sent")


def test_campaign() -> None:
    """A campaign's settings, which have no field, are kept by their paths, without namespaces."""
    data = normalize(LATER_SAMPLES["v1.1-campaign-finished"])["data"]
    assert (data["campaign_id"], data["kind"], data["modified_at"]) == (
        "1157000003",
        "VOICE",
        "2026-03-02T18:30:00.000Z",
    )
    assert data["unrecognized"]["VoiceBroadcastConfig/RetryConfig/MaxAttempts"] == ["2"]


@pytest.mark.parametrize(
    ("root", "subscription", "status", "event_type"),
    [
        ("BroadcastStarted", "callfinish", "FINISHED", "campaign.started"),
        ("BroadcastStopped", "callfinish", "FINISHED", "campaign.stopped"),
        ("BroadcastFinished", "v1.1-campaign-started", "RUNNING", "campaign.finished"),
        ("BroadcastNotification", "v1.1-campaign-started", "FINISHED", "campaign.started"),
        ("BroadcastNotification", "v1.1-campaign-stopped", "FINISHED", "campaign.stopped"),
        ("BroadcastNotification", "v1.1-campaign-finished", "STOPPED", "campaign.finished"),
        ("BroadcastNotification", "callfinish", "RUNNING", "campaign.started"),
        ("BroadcastNotification", "callfinish", "stopped", "campaign.stopped"),
        ("BroadcastNotification", "callfinish", "FINISHED", "campaign.finished"),
        ("BroadcastNotification", "callfinish", "SETUP", "other"),
        ("BroadcastNotification", "callfinish", "", "other"),
        ("Tomorrow", "callfinish", "ARCHIVED", "campaign.finished"),
    ],
)
def test_type_of_a_campaigns_event(root: str, subscription: str, status: str, event_type: str) -> None:
    """The root gives a campaign's type, else the URL's name, else its status; without any it is another event."""
    event = api11_event(
        f'<Broadcast id="5"><Status>{status}</Status></Broadcast>', root=root, subscription=subscription
    )
    assert event["type"] == f"com.callfire.{event_type}.v1"
    if event_type == "other":
        body = {"@id": "5"} | ({"Status": status} if status else {})
        assert event["data"] == {"resource": "Broadcast", "body": body, "wire_format": "api11"}


@pytest.mark.parametrize(
    ("root", "subscription", "contents", "direction", "event_type"),
    [
        ("CallFinished", "callfinish", "<Call><Inbound>true</Inbound></Call>", "inbound", "call.finished"),
        ("CallFinished", "v1.1-inbound-call-finished", "<Call/>", "inbound", "call.finished"),
        ("CallFinished", "v1.1-outbound-call-finished", "<Call/>", "outbound", "call.finished"),
        ("CallFinished", "callfinish", "<Call/>", None, "call.finished"),
        ("TextReceived", "callfinish", "<Text/>", "inbound", "text.received"),
        ("TextSent", "callfinish", "<Text/>", "outbound", "text.sent"),
        ("TextReceived", "v1.1-outbound-text-finished", "<Text/>", "inbound", "text.received"),
        ("TextSent", "v1.1-inbound-text-finished", "<Text/>", "outbound", "text.sent"),
        ("TextNotification", "callfinish", "<Text/>", "outbound", "text.sent"),
        (
            "TextNotification",
            "callfinish",
            "<Text><FinalResult>RECEIVED</FinalResult></Text>",
            "inbound",
            "text.received",
        ),
        (
            "TextNotification",
            "callfinish",
            "<Text><Inbound>false</Inbound><FinalResult>RECEIVED</FinalResult></Text>",
            "outbound",
            "text.sent",
        ),
        ("CallFinished", "callfinish", "<Text><Inbound>1</Inbound></Text>", "inbound", "text.received"),
    ],
)
def test_direction(root: str, subscription: str, contents: str, direction: str | None, event_type: str) -> None:
    """The record gives the direction, else root or URL, else a text's result; a call may have none."""
    event = api11_event(contents, root=root, subscription=subscription)
    assert event["type"] == f"com.callfire.{event_type}.v1"
    assert event["data"].get("direction") == direction


def test_numbers_of_a_call_without_direction() -> None:
    """Without a direction, neither number of a call is guessed to be the contact's."""
    event = api11_event("<Call><FromNumber>12135550188</FromNumber><ToNumber>12135550100</ToNumber></Call>")
    assert event["data"]["unrecognized"] == {"FromNumber": ["12135550188"], "ToNumber": ["12135550100"]}


def test_labels_in_either_form() -> None:
    """Labels are records with a name, or plain texts; notes likewise."""
    contents = "<Label><Name>a</Name></Label><Label>b</Label><Note>c</Note><Note><Text>d</Text></Note>"
    data = api11_event(f"<Call>{contents}</Call>")["data"]
    assert (data["tags"], data["notes"]) == (["a", "b"], "c\nd")


def test_call_is_alike_in_json() -> None:
    """The same call gives the same data from XML and from JSON."""
    json_call = {
        "@id": "5",
        "FromNumber": 12135550100,
        "ToNumber": {"@ClientData": "order 17", "value": "12135550188"},
        "Inbound": False,
        "Created": "2026-03-02T17:04:05Z",
        "CallRecord": {"@id": 6, "Result": "LA", "Duration": 48},
    }
    xml_call = (
        '<Call id="5"><FromNumber>12135550100</FromNumber><ToNumber ClientData="order 17">12135550188</ToNumber>'
        "<Inbound>false</Inbound><Created>2026-03-02T17:04:05Z</Created>"
        '<CallRecord id="6"><Result>LA</Result><Duration>48</Duration></CallRecord></Call>'
    )
    assert api11_json("CallFinished", Call=json_call) == api11_event(xml_call)


@pytest.mark.parametrize(
    "number",
    ["12135550188", 12135550188, {"value": "12135550188"}, {"value": 12135550188}],
    ids=["a string", "a number", "an object with a string", "an object with a number"],
)
@pytest.mark.parametrize("several", [False, True], ids=["one record", "a list of records"])
def test_quirks_of_json(number: Any, *, several: bool) -> None:  # noqa: ANN401  JSON
    """Numbers are accepted as strings, numbers or objects, and one record as an object or a list."""
    record = {"@id": 487000003, "Result": "LA", "Duration": "48"}
    event = api11_json(
        "CallFinished",
        Call={"@id": 5, "Inbound": True, "FromNumber": number, "CallRecord": [record] if several else record},
    )
    assert (event["subject"], event["data"]["phone_number"]) == ("calls/5", "+12135550188")
    assert event["data"]["attempts"] == [{"id": "487000003", "disposition": "LA", "duration_seconds": 48}]


def test_several_attempts() -> None:
    """All attempts of a call are kept in order, however many."""
    records = "".join(f'<CallRecord id="{number}"><Result>BUSY</Result></CallRecord>' for number in range(3))
    attempts = api11_event(f"<Call>{records}</Call>")["data"]["attempts"]
    assert [attempt["id"] for attempt in attempts] == ["0", "1", "2"]
