"""API 1.1's notifications: their roots, namespaces, SOAP envelopes and unknown content."""

import json
from typing import Any

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.collector import MAX_PATHS_LENGTH
from tests.support.bodies.later_generations import api11_event, notification
from tests.support.building import normalize, normalize_all
from tools.samples import LATER_SAMPLES


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
