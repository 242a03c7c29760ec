"""Content without a field is kept by its path: nothing of a postback is lost."""

from typing import Any

import pytest

from tests.support.building import data_of, element, normalize

REPLY = element("smsReceived", "yes")


def test_sent_message_is_kept_beside_a_reply() -> None:
    """A postback with both messages is a reply, and the sent message is kept beside it."""
    data = data_of(REPLY, element("smsSent", "hi"))
    assert (data["message"], data["unrecognized"]) == ("yes", {"smsSent": ["hi"]})


def test_stored_data_is_by_name() -> None:
    """Variables are a map by name; of a repeated name the last value wins and earlier ones are kept."""
    variables = [element("var", value, name=name) for name, value in (("a", "1"), ("b", "2"), ("a", "3"), ("a", "4"))]
    data = data_of(element("stored-data", *variables))
    assert data["stored_data"] == {"a": "4", "b": "2"}
    assert data["unrecognized"] == {'stored-data/var[@name="a"]': ["1", "3"]}


def test_variables_without_a_usable_name_are_kept() -> None:
    """A variable without name or value, or with too long a name, is kept as unrecognized."""
    long = "n" * 129
    data = data_of(
        element(
            "stored-data",
            element("var", "nameless"),
            element("var", "long", name=long),
            element("var", name="empty"),
            element("var", "1", name=" padded ", kind="number"),
        )
    )
    assert data["stored_data"] == {"padded": "1"}
    assert data["unrecognized"] == {
        "stored-data/var": ["nameless", "long"],
        "stored-data/var/@name": [long, "empty"],
        "stored-data/var/@kind": ["number"],
    }


def test_unknown_content_is_kept() -> None:
    """Unknown elements and attributes, at any depth and mixed with text, are kept by their path."""
    body = (
        '<call-finished version="2">stray<queue wait="9"><position>3</position><position>1</position></queue>'
        '<x:later xmlns:x="urn:x">soon</x:later><duration unit="s">35</duration><tags>loose<tag>t</tag></tags>'
        "</call-finished>"
    )
    assert normalize(body.encode())["data"] == {
        "outcome": "other",
        "duration_seconds": 35,
        "tags": ["t"],
        "wire_format": "cloud1",
        "unrecognized": {
            "./@version": ["2"],
            ".": ["stray"],
            "queue/@wait": ["9"],
            "queue/position": ["3", "1"],
            "{urn:x}later": ["soon"],
            "duration/@unit": ["s"],
            "tags": ["loose"],
        },
    }


def test_of_a_repeated_element_the_last_wins() -> None:
    """A repeated field has its last value, and earlier values are kept."""
    data = data_of(element("notes", "first"), element("notes", "second"), "<notes/>")
    assert (data["notes"], data["unrecognized"]) == ("second", {"notes": ["first"]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("duration", "n/a"),
        ("callstart", "yesterday"),
        ("responsetime", "2010-02-31 00:00:00.0"),
        ("callid", "1" * 129),
        ("phonenumber", "two\nlines"),
        ("disposition", "A" * 129),
    ],
)
def test_value_that_cannot_be_typed_is_kept(name: str, value: str) -> None:
    """A field in an unexpected form loses neither the event nor its value."""
    assert data_of(element(name, value)) == {
        "outcome": "other",
        "wire_format": "cloud1",
        "unrecognized": {name: [value]},
    }


def test_campaign_is_lossless_too() -> None:
    """A campaign keeps unknown and untyped content, and leaves out absent statistics."""
    campaign = element(
        "campaign",
        element("cost", "a lot"),
        element("region", "west"),
        element("campaign-stats", element("live", "1"), element("dnc", "some")),
    )
    data: dict[str, Any] = normalize(element("campaign-finished", campaign).encode())["data"]
    assert data == {
        "stats": {"live": 1},
        "wire_format": "cloud1",
        "unrecognized": {
            "campaign/cost": ["a lot"],
            "campaign/region": ["west"],
            "campaign/campaign-stats/dnc": ["some"],
        },
    }
