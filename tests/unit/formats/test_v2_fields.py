"""API v2's fields in all forms that JSON can have, and the attempts of a call or text."""

from typing import Any

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from tests.support.bodies.later_generations import v2_event
from tests.support.building import normalize


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


def test_attributes_of_any_shape() -> None:
    """The last text of each attribute counts, in one object or several; the other values are kept."""
    attributes = [{"a": 1, "b": 2, "none": [], "list": [3, 4]}, {"b": 5, "deep": {"c": 6}}, "text"]
    data = v2_event("OutboundCall", attributes=attributes, contact={"properties": {"none": [], "empty": ""}})["data"]
    assert data["attributes"] == {"a": "1", "b": "5", "list": "4"}
    assert data["unrecognized"] == {
        "attributes/b": ["2"],
        "attributes/list": ["3"],
        "attributes/deep/c": ["6"],
        "attributes": ["text"],
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


def test_unrecognized_paths_are_limited() -> None:
    """A delivery is refused if long names would make the event outgrow its postback."""
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        v2_event("OutboundCall", **{f"{number}{'x' * 900}": "y" for number in range(12)})


def test_list_in_an_element() -> None:
    """A list that a program put into one more object, {"records": {"record": [...]}}, is a list."""
    resource: dict[str, Any] = {
        "records": [{"id": 1}, {"id": 2, "questionResponses": [{"question": "a", "response": "b"}]}],
        "labels": ["x", "y"],
        "contact": {"id": 5},
        "media": [{"id": 6}],
    }
    wrapped: dict[str, Any] = {
        "records": {
            "callRecord": [
                {"id": 1},
                {"id": 2, "questionResponses": {"questionResponse": {"question": "a", "response": "b"}}},
            ]
        },
        "labels": {"label": ["x", "y"]},
        "contact": {"contact": {"id": 5}},
        "media": {"item": {"id": 6}},
    }
    data = v2_event("OutboundText", **wrapped)["data"]
    assert data.pop("repairs") == ["element-names"]
    assert data == v2_event("OutboundText", **resource)["data"]


@pytest.mark.parametrize("written", ["5", "5.0", "5E0", '"5"'])
def test_forms_of_an_id(written: str) -> None:
    """An id may be a float, as programs write it that have no other numbers."""
    resource = f'{{"id": {written}, "campaignId": {written}, "contact": {{"id": {written}, "zipcode": "5.0"}}}}'
    event = normalize(f'{{"resourceType": "InboundCall", "resource": {resource}}}'.encode())
    assert (event["subject"], event["data"]["campaign_id"]) == ("calls/5", "5")
    assert event["data"]["contact"] == {"id": "5", "zipcode": "5.0"}


def test_id_that_is_not_exact() -> None:
    """An id with an exponent that may have lost digits stays as written."""
    body = b'{"resourceType": "InboundCall", "resource": {"id": 7.420017300281076E18}}'
    assert normalize(body)["subject"] == "calls/7.420017300281076E18"


@pytest.mark.parametrize("written", [0, -1, 86400, "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_no_time(written: int | str) -> None:
    """A time before CallFire existed says that there is none."""
    event = v2_event("OutboundCall", id=5, created=1772471045000, records=[{"finishTime": written}])
    assert event["time"] == "2026-03-02T17:04:05.000Z"
    assert event["data"]["unrecognized"] == {"records/finishTime": [str(written)]}


@pytest.mark.parametrize(("written", "direction"), [("yes", "inbound"), ("No", "outbound"), (1, "inbound")])
def test_forms_of_a_flag(written: int | str, direction: str) -> None:
    """A boolean may be a word or a digit."""
    for resource_type in ("InboundCall", "OutboundCall"):
        assert v2_event(resource_type, inbound=written)["data"]["direction"] == direction
