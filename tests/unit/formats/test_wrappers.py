"""Postbacks of API 1.1 and v2 inside the JSON or XML of another program, and in lists."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest

from callfire_postbacks.formats.unpacking.unpack import MAX_DOCUMENTS
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.wire import MAX_EVENTS
from tests.support.bodies.later_generations import notification
from tests.support.building import CALL, normalize, normalize_all
from tools.samples import LATER_SAMPLES

IN_JSON = {name: json.loads(body) for name, body in LATER_SAMPLES.items() if body.startswith(b"{")}
SAMPLE = IN_JSON["v2-inbound-text"]


def events_of(tree: Any) -> list[dict[str, Any]]:  # noqa: ANN401  JSON
    """Return the events of JSON, without their repairs."""
    return [event | {"data": {**event["data"], "repairs": None}} for event in normalize_all(json.dumps(tree).encode())]


@pytest.mark.parametrize("sample", IN_JSON)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda tree: {"payload": tree},
        lambda tree: {"data": {"attributes": [{"body": tree}]}},
        lambda tree: [[tree]],
        lambda tree: [{"items": tree}],
    ],
    ids=["an object", "deep", "a list of lists", "an object in a list"],
)
def test_wrapped_json(wrap: Callable[[Any], Any], sample: str) -> None:
    """A postback within objects or lists is the same event as by itself."""
    assert events_of(wrap(IN_JSON[sample])) == events_of(IN_JSON[sample])


def test_wrapper_is_kept() -> None:
    """The wrapper's other members are kept, those of each level, and the event names the repair."""
    wrapped = {"sentBy": {"name": "x"}, "to": [1, 2], "data": {"try": 3, "timestamp": 4, "body": SAMPLE}}
    data = normalize(json.dumps(wrapped).encode())["data"]
    assert data["repairs"] == ["wrapper"]
    assert data["unrecognized"] == {
        "envelope/sentBy/name": ["x"],
        "envelope/to": ["1", "2"],
        "envelope/try": ["3"],
        "envelope/timestamp": ["4"],
    }


def test_event_of_another_program() -> None:
    """A delivery within an object that has a name of v2's envelope by chance is read."""
    data = normalize(json.dumps({"eventType": "forwarded", "payload": SAMPLE}).encode())["data"]
    assert (data["text_id"], data["unrecognized"]) == ("1023905054003", {"envelope/eventType": ["forwarded"]})


def test_repairs_of_a_wrapped_postback() -> None:
    """A wrapped postback with other names lists both repairs."""
    body = {"payload": {"RESOURCETYPE": "InboundCall", "Events": [{"Resource": {"ID": 5}}]}}
    event = normalize(json.dumps(body).encode())
    assert (event["subject"], event["data"]["repairs"]) == ("calls/5", ["wrapper", "element-names"])


def test_several_in_a_wrapper() -> None:
    """All postbacks in a wrapper are events, whatever their formats."""
    samples = {"a": IN_JSON["v2-several-events"], "b": [SAMPLE, IN_JSON["v1.1-json-outbound-call"]]}
    assert events_of(samples) == [event for sample in (samples["a"], *samples["b"]) for event in events_of(sample)]


@pytest.mark.parametrize(
    "tree",
    [
        {"payload": {"eventType": "click"}},
        {"payload": {"CallFinished": "gone"}},
        {"payload": {"text": "hello"}},
        {"payload": [SAMPLE, {"secret": 1}]},
        {"message": {"text": {"body": "hello"}}},
    ],
    ids=["one name of v2", "a root alone", "a text", "a list that is CallFire's in part", "a text of another program"],
)
def test_objects_that_may_be_of_another_program_are_refused(tree: dict[str, Any]) -> None:
    """A wrapper without an object that is surely CallFire's is refused."""
    with pytest.raises(UnreadablePostbackError, match="unknown-root"):
        normalize_all(json.dumps(tree).encode())


def around(tree: object, *numbers: int) -> dict[str, object]:
    """Return a wrapper whose other members have long names."""
    return {"payload": tree, **{f"{number}{'x' * 900}": "y" for number in numbers}}


def test_limits_of_wrappers() -> None:
    """The postbacks in a wrapper are limited, and so are the paths around each, all levels together."""
    event = {"eventType": "Finished", "resource": {}}
    assert len(normalize_all(json.dumps(around([event] * MAX_EVENTS, *range(9))).encode())) == MAX_EVENTS
    too_long = around(event, *range(12)), around(around(event, *range(6)), *range(6, 12))
    for tree in ([event] * (MAX_EVENTS + 1), around([event] * (MAX_EVENTS + 1)), *too_long):
        with pytest.raises(UnreadablePostbackError, match="too-complex"):
            normalize_all(json.dumps(tree).encode())


@pytest.mark.parametrize("sample", [name for name in LATER_SAMPLES if name not in IN_JSON])
def test_wrapped_xml(sample: str) -> None:
    """Notifications within other elements are the same events, and the elements around them are kept."""
    document = LATER_SAMPLES[sample].partition(b"?>")[2]
    wrapped = normalize_all(b"<batch from='x'><at>1</at><all>" + document + document + b"</all></batch>")
    expected = normalize(document)
    for event in wrapped:
        assert event["data"].pop("repairs") == ["wrapper"]
        unrecognized = event["data"].pop("unrecognized")
        assert (unrecognized["envelope/@from"], unrecognized["envelope/at"]) == (["x"], ["1"])
        assert event["data"] == {name: value for name, value in expected["data"].items() if name != "unrecognized"}
    assert [event["id"] for event in wrapped] == [expected["id"]] * 2


def test_v2_as_xml() -> None:
    """A delivery of v2 that a program converted to XML has the same data, and one event if there is only one."""
    envelope = "<resourceType>InboundCall</resourceType><webhookId>3</webhookId>"
    event = "<eventType>Finished</eventType><resource><id>{}</id><labels>a</labels><labels>b</labels></resource>"
    for ids in ("5",), ("5", "6"):
        events = "".join(f"<events>{event.format(number)}</events>" for number in ids)
        found = normalize_all(f"<delivery at='1'>{envelope}{events}</delivery>".encode())
        assert [one["subject"] for one in found] == [f"calls/{number}" for number in ids]
        assert [one["data"]["tags"] for one in found] == [["a", "b"]] * len(ids)
        assert [one["data"]["repairs"] for one in found] == [["wrapper"]] * len(ids)


def test_wrapped_in_soap() -> None:
    """A notification within another element of a SOAP body is read, too."""
    body = notification('<Call id="5"/>')
    soap = b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><x>%b</x></s:Body></s:Envelope>'
    assert normalize(soap % body)["subject"] == "calls/5"


TEXTS: dict[str, Callable[[bytes], str]] = {"text": bytes.decode, "base64": lambda body: b64encode(body).decode()}


@pytest.mark.parametrize("write", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("body", [*LATER_SAMPLES.values(), CALL], ids=[*LATER_SAMPLES, "cloud/1"])
def test_text_of_json(body: bytes, write: Callable[[bytes], str]) -> None:
    """A postback that is the text of a member, as SNS and API Gateway pass it on, is read, and the repair is named."""
    forwarded = {"Type": "Notification", "Number": 5, "Message": write(body)}
    found = normalize_all(json.dumps(forwarded).encode())
    assert {event["data"].pop("repairs")[0] for event in found} == {"json-member"}
    assert found == normalize_all(body)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text.replace("\\n", "\n"),
        lambda text: text.replace('{"', '{\t"', 1).replace("twenty", "\t"),
        lambda text: f"\n\ufeff{text}",
    ],
    ids=["line breaks", "tabs", "a byte order mark"],
)
def test_text_of_json_that_is_not_quite_json(write: Callable[[str], str]) -> None:
    """An object with unescaped line breaks, or after a byte order mark, has its postback in a member all the same."""
    body = "<call-finished>\n<callid>5</callid>twenty</call-finished>"
    event = normalize(write(json.dumps({"Number": 5, "Message": body})).encode())
    assert (event["subject"], event["data"]["repairs"]) == ("calls/5", ["json-member"])


@pytest.mark.parametrize(
    ("write", "repairs"),
    [
        (json.dumps, ["json-member"]),
        (lambda events: [json.dumps(event) for event in events], ["json-member"]),
        (lambda events: [event | {"resource": json.dumps(event["resource"])} for event in events], ["json-member"]),
        (lambda events: [[event] for event in events], None),
    ],
    ids=["events", "each event", "each resource", "lists of events"],
)
def test_parts_of_a_delivery_as_text(write: Callable[[Any], Any], repairs: list[str] | None) -> None:
    """Events and resources that are texts of JSON are read as if they were objects, and lists of lists as one list."""
    body = IN_JSON["v2-several-events"]
    found = normalize_all(json.dumps(body | {"events": write(body["events"])}).encode())
    assert [event["data"].pop("repairs", None) for event in found] == [repairs] * 2
    assert found == normalize_all(json.dumps(body).encode())


@pytest.mark.parametrize("text", ["{", "[1, 2", "[{'a': 1}]"])
def test_texts_that_only_begin_like_json_are_kept(text: str) -> None:
    """Any other text of a resource is kept as it is."""
    body = {"resourceType": "LowBalance", "events": [{"resource": text}]}
    assert normalize(json.dumps(body).encode())["data"]["body"] == {"resource": text}


@pytest.mark.parametrize(
    "tree",
    [
        {"records": [{"message": CALL.decode()}]},
        [CALL.decode()],
        {"message": "<b>hello</b>"},
        {"message": '{"secret": 1}'},
    ],
    ids=["deep", "in a list", "other XML", "other JSON"],
)
def test_other_texts_of_json_are_not_read(tree: Any) -> None:  # noqa: ANN401  JSON
    """Texts anywhere else may come from strangers, so they are never read as postbacks."""
    with pytest.raises(UnreadablePostbackError, match="unknown-root"):
        normalize_all(json.dumps(tree).encode())


@pytest.mark.parametrize(
    "write",
    ["<string xmlns='urn:x' a='b'><![CDATA[{}]]></string>".format, lambda text: f"<a><b>{escape(text)}</b></a>"],
    ids=["CDATA", "escaped"],
)
@pytest.mark.parametrize("sample", ["v1.1-inbound-text", "v2-inbound-text", "cloud/1"])
def test_text_of_xml(sample: str, write: Callable[[str], str]) -> None:
    """A postback that is the only text of an XML document is read, and the repair is named."""
    body = LATER_SAMPLES.get(sample, CALL)
    event = normalize(write(body.decode()).encode())
    assert event["data"].pop("repairs") == ["element-text"]
    assert event == normalize(body)


@pytest.mark.parametrize("contents", ["<a>1</a><b>{}</b>", "<b>{}</b><b>{}</b>", "<b a='{}'/>"])
def test_other_texts_of_xml_are_not_read(contents: str) -> None:
    """One of several texts may come from strangers, so it is never read as a postback."""
    text = escape("<call-finished/>")
    with pytest.raises(UnreadablePostbackError, match="unknown-root"):
        normalize(f"<x>{contents.format(text, text)}</x>".encode())


def test_texts_of_a_postback_are_not_read() -> None:
    """A message that looks like a postback stays a message."""
    resource = {"id": 1, "message": CALL.decode()}
    body = {"resourceType": "InboundText", "eventType": "Finished", "resource": resource}
    assert normalize(json.dumps(body).encode())["data"]["message"] == CALL.decode().strip()


def test_too_many_texts() -> None:
    """The number of documents in one object is limited, as in a form."""
    tree = {str(number): CALL.decode() for number in range(MAX_DOCUMENTS + 1)}
    with pytest.raises(UnreadablePostbackError, match="too-complex"):
        normalize_all(json.dumps(tree).encode())
