"""API 1.1's notifications, in XML and in JSON: the event type and the data of each."""

import json
from typing import Any

import pytest

from callfire_postbacks.formats.collector import MAX_PATHS_LENGTH
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from tests.support.building import normalize, normalize_all
from tests.support.later_generations import api11_event, api11_json, notification
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


def test_several_in_json() -> None:
    """Each call or notification in a list is an event; a call that is not an object is kept."""
    calls = [{"@id": 1}, {"@id": 2}, "three"]
    in_one = normalize_all(json.dumps({"CallFinished": {"Call": calls}}).encode())
    apart = normalize_all(json.dumps({"n:CallFinished": [{"Call": call} for call in calls]}).encode())
    assert in_one == apart
    assert [event.get("subject") for event in in_one] == ["calls/1", "calls/2", None]
    assert in_one[2]["data"]["unrecognized"] == {"value": ["three"]}


@pytest.mark.parametrize("members", [{"Call": {"@id": 5}}, {"Elsewhere": {"Call": {"@id": 5}}}])
def test_unknown_root_is_recognized_by_its_content(members: dict[str, Any]) -> None:
    """A notification with an unknown root, or without one, is recognized by its content."""
    assert normalize(json.dumps(members).encode())["subject"] == "calls/5"


@pytest.mark.parametrize("name", ["Call", "Text", "Broadcast"])
def test_resource_without_its_notification(name: str) -> None:
    """A resource of CallFire's namespace that is itself the root, as over REST, is read like one in a notification."""
    alone = f'<{name} xmlns="http://api.callfire.com/data" id="5"><Status>FINISHED</Status></{name}>'
    within = api11_event(f'<{name} id="5"><Status>FINISHED</Status></{name}>', root="Tomorrow")
    assert normalize(alone.encode()) == within


SOAP = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")


def in_soap(body: bytes, *, namespace: str = SOAP[0], header: str = "") -> bytes:
    """Return a SOAP envelope around a document."""
    return b'<s:Envelope xmlns:s="%b"><s:Header>%b</s:Header><s:Body>%b</s:Body></s:Envelope>' % (
        namespace.encode(),
        header.encode(),
        body.partition(b"?>")[2] or body,
    )


@pytest.mark.parametrize("name", ["v1.1-outbound-call", "v1.1-inbound-text", "v1.1-campaign-finished"])
@pytest.mark.parametrize("namespace", SOAP, ids=["SOAP 1.1", "SOAP 1.2"])
def test_soap(name: str, namespace: str) -> None:
    """A notification in a SOAP envelope is the same event as without it."""
    body = LATER_SAMPLES[name]
    assert normalize(in_soap(body, namespace=namespace)) == normalize(body)


def test_header_of_soap() -> None:
    """The event keeps the values of a SOAP header; like other envelopes, it does not change the id."""
    body = LATER_SAMPLES["v1.1-inbound-text"]
    event = normalize(in_soap(body, header='<m:Id xmlns:m="urn:m">7</m:Id>'))
    assert event["id"] == normalize(body)["id"]
    assert event["data"]["unrecognized"] == {"envelope/{urn:m}Id": ["7"]}


@pytest.mark.parametrize(
    "body",
    [b"", b"gone", b'<CallFinished xmlns="urn:x"/>', b"<call-finished/>"],
    ids=["nothing", "a text", "a foreign root", "a root of cloud/1"],
)
def test_other_soap_is_refused(body: bytes) -> None:
    """An envelope without a notification of API 1.1 is refused."""
    with pytest.raises(UnreadablePostbackError, match="unknown-root"):
        normalize(in_soap(body))


OTHERS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a root without a resource": (
        notification("<Fax id='5'><Pages>2</Pages></Fax>", root="FaxFinished"),
        {"resource": "FaxFinished", "body": {"Fax": {"@id": "5", "Pages": "2"}}},
    ),
    "an empty root": (b"<TextNotification/>", {"resource": "TextNotification"}),
    "a root with a text": (
        b"<CallFinished>gone</CallFinished>",
        {"resource": "CallFinished", "body": {"value": "gone"}},
    ),
    "a root without a resource, in a SOAP envelope": (
        in_soap(notification("<Fax>5</Fax>", root="FaxFinished")),
        {"resource": "FaxFinished", "body": {"Fax": "5"}},
    ),
    "JSON without a resource": (
        b'{"TextNotification": {"SubscriptionId": 5, "Fax": {"@id": 5}}}',
        {"resource": "TextNotification", "body": {"Fax": {"@id": "5"}}},
    ),
}


@pytest.mark.parametrize(("body", "data"), OTHERS.values(), ids=OTHERS)
def test_other_shapes_are_other_events(body: bytes, data: dict[str, Any]) -> None:
    """A notification about an unknown resource becomes an event with all of its content."""
    event = normalize(body)
    assert event["type"] == "com.callfire.other.v1"
    assert event["data"] == data | {"wire_format": "api11"}


@pytest.mark.parametrize("root", ["CallFinished", "TextNotification", "BroadcastStarted"])
def test_namespaces_may_be_missing(root: str) -> None:
    """A root that CallFire uses is recognized without its namespace."""
    assert normalize(f'<{root}><Call id="5"/></{root}>'.encode())["subject"] == "calls/5"


def test_unknown_content_is_kept() -> None:
    """Unknown elements and attributes are kept by their paths: CallFire's without namespaces, others' with them."""
    contents = (
        '<Call id="5" kind="k"><New size="3">x<Deep>y</Deep></New><New/></Call>'
        '<Extra>z</Extra><x:Foreign xmlns:x="urn:x">f</x:Foreign>'
    )
    assert api11_event(contents)["data"]["unrecognized"] == {
        "@kind": ["k"],
        "New/@size": ["3"],
        "New/value": ["x"],
        "New/Deep": ["y"],
        "envelope/Extra": ["z"],
        "envelope/{urn:x}Foreign": ["f"],
    }


def test_namespaces_do_not_use_up_the_paths() -> None:
    """A notification with many different elements is read, although its namespaces alone would exceed the limit."""
    names = [f"Element{number:03}" for number in range(250)]
    event = api11_event("<Call>" + "".join(f"<{name}>x</{name}>" for name in names) + "</Call>")
    assert event["data"]["unrecognized"].keys() == {*names}
    assert len(names) * len("{http://api.callfire.com/data}") * 2 > MAX_PATHS_LENGTH


def test_other_roots_are_refused() -> None:
    """A root in a foreign namespace is refused, even with a name of CallFire's."""
    with pytest.raises(UnreadablePostbackError, match="unknown-root"):
        normalize(b'<CallFinished xmlns="urn:x"/>')
    with pytest.raises(UnreadablePostbackError, match="malformed-xml"):
        normalize(LATER_SAMPLES["v1.1-outbound-call"].replace(b"</Modified>", b"</Modified"))
