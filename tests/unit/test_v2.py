"""API v2's webhooks: the event type and the data of each resource."""

import json
from types import ModuleType
from typing import Any

import pytest

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats import api11, v2
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.wire import MAX_EVENTS
from tests.support.building import normalize, normalize_all
from tests.support.later_generations import delivery, v2_event
from tools.samples import LATER_SAMPLES

CALL = {"id": 1024990109003, "fromNumber": "12135550100", "toNumber": "12135550188"}


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
    ("said", "resource_type", "event_type"),
    [
        (True, "OutboundText", "text.received"),  # as in CallFire's own sample
        (False, "InboundText", "text.sent"),
        (None, "InboundText", "text.received"),
        (None, "OutboundText", "text.sent"),
    ],
)
def test_direction_of_a_text(*, said: bool | None, resource_type: str, event_type: str) -> None:
    """The text's own direction counts, or else the resource's name; the text's result never does."""
    event = v2_event(resource_type, inbound=said, fromNumber="1", toNumber="2", finalTextResult="RECEIVED")
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


def test_untyped_values_are_left() -> None:
    """A value that does not fit its field is kept by its path, like unknown fields."""
    event = v2_event(
        "OutboundCall",
        id={"value": 5, "unit": "x"},
        created="yesterday",
        modified=-1,
        inbound="perhaps",
        campaignId=[1, 2],
        labels=["a", {"name": "b", "color": "red"}, ["c"]],
        attributes={"a": 1, "b": {"c": "d"}, "x" * 200: "long"},
        contact="Ada",
        records=["none", {"duration": "long", "finishTime": 10**15, "switchId": 5}],
        notes=[{"text": "one"}, "two", {"by": "Ada"}],
        new={"deep": [{"er": True}]},
    )
    data = event["data"]
    assert (data["call_id"], data["campaign_id"], data["tags"]) == ("5", "2", ["a", "b", "c"])
    assert (data["attributes"], data["notes"]) == ({"a": "1"}, "one\ntwo")
    assert data["unrecognized"] == {
        "id/unit": ["x"],
        "created": ["yesterday"],
        "modified": ["-1"],
        "inbound": ["perhaps"],
        "campaignId": ["1"],
        "labels/color": ["red"],
        "attributes/b/c": ["d"],
        f"attributes/{'x' * 200}": ["long"],
        "contact": ["Ada"],
        "records": ["none"],
        "records/duration": ["long"],
        "records/finishTime": ["1000000000000000"],
        "records/switchId": ["5"],
        "notes/by": ["Ada"],
        "new/deep/er": ["true"],
    }


def test_fields_may_be_strings_or_numbers() -> None:
    """Numbers sent as strings and strings sent as numbers are read alike."""
    numbers = v2_event("InboundCall", id=5, fromNumber=12135550188, created=1772471045000, inbound=True)
    strings = v2_event("InboundCall", id="5", fromNumber="12135550188", created="1.772471045E12", inbound="True")
    assert numbers["data"] == strings["data"]
    assert numbers["data"]["created_at"] == "2026-03-02T17:04:05.000Z"


@pytest.mark.parametrize(
    "written",
    [
        *(1772471045000, 1772471045000.0, "1.772471045E12", 1772471045, "1772471045.0"),
        *("2026-03-02T17:04:05Z", "2026-03-02T09:04:05-08:00"),
    ],
)
def test_forms_of_a_time(written: float | str) -> None:
    """A time is milliseconds or seconds since 1970, or ISO 8601 with its zone."""
    assert v2_event("InboundCall", created=written)["data"]["created_at"] == "2026-03-02T17:04:05.000Z"


@pytest.mark.parametrize("number", ["12135550188", "12135550188.0", "1.2135550188E10", "1.2135550188e+10"])
@pytest.mark.parametrize("duration", ["48", "48.0", "4.8E1", '"48"'])
def test_forms_of_a_number(number: str, duration: str) -> None:
    """A phone number or duration may be a float, with or without an exponent, as Java and Python write it."""
    resource = f'{{"fromNumber": {number}, "records": {{"duration": {duration}, "billedAmount": 1.0E0}}}}'
    body = f'{{"resourceType": "InboundCall", "eventType": "Finished", "resource": {resource}}}'
    data = normalize(body.encode())["data"]
    assert (data["phone_number"], data["duration_seconds"]) == ("+12135550188", 48)
    assert data["attempts"] == [{"duration_seconds": 48, "billed_amount": "1.0E0"}]


@pytest.mark.parametrize("written", ["4.85E1", "1E30", "1.5", "-1", "1E-3", "1E99"])
def test_other_numbers_are_left(written: str) -> None:
    """A number that is not whole, or too large to be exact, is no duration and stays as written."""
    body = f'{{"resourceType": "InboundCall", "resource": {{"records": {{"duration": {written}}}}}}}'
    assert normalize(body.encode())["data"]["unrecognized"] == {"records/duration": [written]}


def test_latest_attempt_tells_how_it_went() -> None:
    """Of several attempts in any order, the last finished one gives duration, start, result and time."""
    records = [
        {"id": 2, "callResult": "XFER", "answerTime": 1772471052000, "duration": 48},
        {"id": 1, "callResult": "BUSY", "originateTime": 1772471046000, "finishTime": 1772471047000, "duration": 1},
        {"id": 3},
        {},
    ]
    event = v2_event("OutboundCall", id=5, records=records)
    data = event["data"]
    assert (data["disposition"], data["duration_seconds"], data["started_at"]) == (
        "XFER",
        48,
        "2026-03-02T17:04:12.000Z",
    )
    assert event["time"] == "2026-03-02T17:05:00.000Z"
    assert [attempt["id"] for attempt in data["attempts"]] == ["2", "1", "3"]


def test_time_of_a_call_without_attempts() -> None:
    """Without attempts, the time is the call's last change, or its creation, or CallFire's time of the event."""
    assert v2_event("OutboundCall", id=5, created=1772471045000)["time"] == "2026-03-02T17:04:05.000Z"
    assert v2_event("OutboundCall", created=0, modified=1772471100000)["time"] == "2026-03-02T17:05:00.000Z"
    assert v2_event("OutboundCall", id=5)["time"] == "2026-03-02T17:05:01.000Z"


def test_answers_to_the_same_question() -> None:
    """The last answer to a question counts; earlier answers are kept."""
    responses = [{"question": "willvote", "response": text} for text in ("no", "yes")]
    records = [{"questionResponses": responses[:1]}, {"questionResponses": [*responses[1:], {"question": "age"}]}]
    data = v2_event("OutboundCall", records=records)["data"]
    assert data["stored_data"] == {"willvote": "yes"}
    assert data["unrecognized"] == {
        "records/questionResponses/question": ["willvote", "age"],
        "records/questionResponses/response": ["no"],
    }


@pytest.mark.parametrize("state", ["RECORDING", "READY", "ERROR"])
def test_recording_that_is_not_ready(state: str) -> None:
    """The URL of a recording is passed on in any state, and the attempt states it."""
    records = [{"recordings": [{"id": 1, "state": state, "mp3Url": "https://recordings.example/1.mp3"}]}]
    data = v2_event("OutboundCall", records=records)["data"]
    assert data["recordings"] == ["https://recordings.example/1.mp3"]
    assert data["attempts"] == [{"recordings": [{"id": "1", "state": state}]}]


def test_message_in_an_attempt() -> None:
    """The message is the text's or its last attempt's; a different message stays with its attempt."""
    records = [{"message": "first"}, {"message": "second"}]
    assert v2_event("OutboundText", records=records)["data"]["message"] == "second"
    data = v2_event("OutboundText", message="second", records=records)["data"]
    assert data["attempts"] == [{"message": "first"}]


def test_several_events() -> None:
    """Each event of a delivery becomes a separate event, in order."""
    first, second = normalize_all(LATER_SAMPLES["v2-several-events"])
    assert [event["subject"] for event in (first, second)] == ["texts/1023905054103", "texts/1023905054104"]
    assert first["id"] == normalize(LATER_SAMPLES["v2-delivery-report"])["id"]


def test_list_of_deliveries() -> None:
    """A list of deliveries and notifications has the events of all of them."""
    bodies = [LATER_SAMPLES[name] for name in ("v2-several-events", "v1.1-json-outbound-call")]
    together = b"[" + b",".join(bodies) + b"]"
    assert normalize_all(together) == [event for body in bodies for event in normalize_all(body)]


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [('{"events": [', "{}", "]}"), ("[", '{"events": []}', "]"), ('{"CallFinished": {"Call": [', "{}", "]}}")],
    ids=["events of v2", "deliveries of v2", "calls of API 1.1"],
)
def test_too_many_events(before: str, event: str, after: str) -> None:
    """The number of events in a body is limited."""

    def events(number: int) -> list[EventDocument]:
        return normalize_all((before + ",".join([event] * number) + after).encode())

    assert len(events(MAX_EVENTS)) == MAX_EVENTS
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        events(MAX_EVENTS + 1)


@pytest.mark.parametrize(
    ("module", "reader", "body"),
    [
        (v2, "_read_event", {"webhookId": "1", "events": [{}] * (MAX_EVENTS + 1)}),
        (api11, "_read_resource", {"CallFinished": {"Call": [{}] * (MAX_EVENTS + 1)}}),
    ],
    ids=["events of v2", "calls of API 1.1"],
)
def test_too_many_events_are_not_read(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, reader: str, body: dict[str, Any]
) -> None:
    """A body with too many events is refused before an event is read: each costs as much as the fields around it."""
    monkeypatch.setattr(module, reader, lambda *_, **__: pytest.fail("An event is read."))
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        normalize_all(json.dumps(body).encode())


def test_unrecognized_paths_are_limited() -> None:
    """A delivery is refused if long names would make the event outgrow its postback."""
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        v2_event("OutboundCall", **{f"{number}{'x' * 900}": "y" for number in range(12)})
