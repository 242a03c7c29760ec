"""New postbacks built from samples: `postbacks send --set`."""

import pytest

from postbacks_cli.samples import SAMPLES
from postbacks_cli.variations import UnknownFieldError, vary
from tests.support.building import normalize

JSON = b'{"webhookId":1,"events":[{"resource":{"id":1023905054003,"message":"yes","inbound":true,"amount":1.5}}]}'


@pytest.mark.parametrize("kind", SAMPLES)
def test_random_id_makes_a_new_event(kind: str) -> None:
    """Each random id gives another event of the same type."""
    field = "campaign/id" if kind == "campaign-finished" else "callid"
    events = [normalize(vary(SAMPLES[kind], {field: "random"})) for _ in range(20)]
    assert len({event["id"] for event in events}) == 20
    assert {event["type"] for event in events} == {normalize(SAMPLES[kind])["type"]}


def test_field_is_set_and_nothing_else() -> None:
    """Only the named field changes, to any value; all other bytes stay the same."""
    body = SAMPLES["call-finished"]
    assert vary(body, {"disposition": "BUSY"}) == body.replace(b">TRANSFER<", b">BUSY<")
    assert normalize(vary(body, {"notes": "<&> 日本 \\1"}))["data"]["notes"] == "<&> 日本 \\1"
    assert vary(body, {}) == body


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        (b"<a><b/></a>", "b", b"<a><b>1</b></a>"),
        (b"<a><b x='y' /></a>", "b", b"<a><b x='y'>1</b></a>"),
        (b"<a><b></b></a>", "b", b"<a><b>1</b></a>"),
        (b"<n:a><n:b>0</n:b></n:a>", "b", b"<n:a><n:b>1</n:b></n:a>"),
        (b"<a><id>0</id><c><id>0</id></c></a>", "c/id", b"<a><id>0</id><c><id>1</id></c></a>"),
        (b'<a><b id="0">x</b></a>', "b/@id", b'<a><b id="1">x</b></a>'),
        (b'<?xml version="1.0"?><a id="0"/>', "@id", b'<?xml version="1.0"?><a id="1"/>'),
        (b"<a><bb>0</bb><b>0</b></a>", "b", b"<a><bb>0</bb><b>1</b></a>"),
    ],
)
def test_places_in_xml(body: bytes, name: str, expected: bytes) -> None:
    """A field is an element by its local name, empty or not, or an attribute, with or without its parents."""
    assert vary(body, {name: "1"}) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("id", "7", b'"id":7,'),
        ("resource.id", "7", b'"id":7,'),
        ("events/resource/message", None, None),
        ("message", "no", b'"message":"no"'),
        ("message", "7", b'"message":"7"'),
        ("amount", "2.25", b'"amount":2.25'),
        ("webhookId", "x", b'"webhookId":"x"'),
    ],
)
def test_places_in_json(name: str, value: str | None, expected: bytes | None) -> None:
    """A field is a key, with or without its parents; a number stays a number, and a text a text."""
    if expected is None:
        with pytest.raises(UnknownFieldError):
            vary(JSON, {name: str(value)})
    else:
        assert expected in vary(JSON, {name: str(value)})


def test_random_number_in_json() -> None:
    """A random id has as many digits as the old one, and stays a number."""
    expected = vary(JSON, {"id": "random"})
    assert len(expected) == len(JSON)
    assert expected != JSON


@pytest.mark.parametrize("body", [SAMPLES["call-finished"], JSON], ids=["XML", "JSON"])
@pytest.mark.parametrize("name", ["nosuch", "nosuch/id", "@nosuch", ""])
def test_unknown_field_is_refused(body: bytes, name: str) -> None:
    """An unknown field is refused, and the message lists the available fields."""
    if name or body == JSON:
        with pytest.raises(UnknownFieldError, match=r"it has .*(callid|webhookId)"):
            vary(body, {name: "1"})
