"""CallFire's cloud/1 callbacks: which event each is, what it says, and that nothing of it is lost."""

from typing import Any

import pytest

from tests.unit.building import data_of, element, normalize

REPLY = element("smsReceived", "yes")


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("LA", "answered"),
        ("AM", "answering_machine"),
        ("TRANSFER", "transferred"),
        ("XFER", "transferred"),
        ("XFER_LEG", "transferred"),
        ("BUSY", "busy"),
        ("NO_ANS", "no_answer"),
        ("DNC", "do_not_call"),
        ("DNT", "do_not_call"),
        ("UNDIALED", "undialed"),
        ("CARRIER_ERROR", "failed"),
        ("CARRIER_TEMP_ERROR", "failed"),
        ("INTERNAL_ERROR", "failed"),
        ("INVALID_NUMBER", "failed"),
        ("TOO_BIG", "failed"),
        ("SENT", "sent"),
        ("RECEIVED", "received"),
        ("SD", "other"),
        ("la", "answered"),
        ("Nobody listed this", "other"),
    ],
)
def test_disposition_is_passed_on_and_has_an_outcome(disposition: str, outcome: str) -> None:
    """CallFire's code stays as sent, listed or not, and the outcome is of the closed vocabulary."""
    data = data_of(element("disposition", disposition))
    assert (data["disposition"], data["outcome"]) == (disposition, outcome)


@pytest.mark.parametrize(
    ("contents", "event_type", "outcome"),
    [
        ((), "call.finished", "other"),
        (("<smsSent/>", "<smsReceived/>", "<replyFromCampaign/>"), "call.finished", "other"),
        ((element("smsSent", "hi"),), "text.sent", "sent"),
        ((element("smsSent", "hi"), element("disposition", "LA")), "text.sent", "sent"),
        ((element("smsSent", "hi"), element("disposition", "DNT")), "text.sent", "do_not_call"),
        ((element("smsSent", "hi"), element("disposition", "TOO_BIG")), "text.sent", "failed"),
        ((element("smsSent", "hi"), element("disposition", "NEW")), "text.sent", "other"),
        ((REPLY,), "text.received", "received"),
        ((REPLY, element("disposition", "TOO_BIG")), "text.received", "received"),
        (("<smsReceived/>", element("replyFromCampaign", "1")), "text.received", "received"),
        ((REPLY, element("smsSent", "hi")), "text.received", "received"),
    ],
)
def test_texts_are_told_from_calls(contents: tuple[str, ...], event_type: str, outcome: str) -> None:
    """A reply is known by its words or by the campaign it answers, a sent text by its words; the rest are calls."""
    event = normalize(element("call-finished", *contents).encode())
    assert (event["type"], event["data"]["outcome"]) == (f"com.callfire.{event_type}.v1", outcome)


def test_message_that_was_not_read_is_kept() -> None:
    """A postback with both messages is a reply, and what was sent is kept beside it."""
    data = data_of(REPLY, element("smsSent", "hi"))
    assert (data["message"], data["unrecognized"]) == ("yes", {"smsSent": ["hi"]})


@pytest.mark.parametrize("root", ["call-finished", "campaign-finished"])
def test_empty_postback_is_an_event(root: str) -> None:
    """A postback that says nothing is still an event, without a subject, and holds no null and no empty string."""
    event = normalize(element(root).encode())
    assert "subject" not in event
    assert event["source"] == "/callfire"
    assert event["time"] == event["recordedtime"] == "2026-01-01T12:00:00.000Z"
    assert event["data"] == {"wire_format": "cloud1"} | ({"outcome": "other"} if root == "call-finished" else {})


def test_empty_elements_mean_none() -> None:
    """Empty elements, white space and lists of empty elements leave no trace in the data."""
    empty = ("callid", "notes", "extra-data", "stored-data", "recordings", "agentid", "duration", "callstart")
    assert data_of(
        *(element(name) for name in empty),
        element("tags", element("tag"), element("tag", " \n")),
        element("disposition", "  "),
    ) == {"outcome": "other", "wire_format": "cloud1"}


def test_lists_keep_their_order() -> None:
    """All tags and all recordings are there, in the order in which they came, repeated ones as often."""
    data = data_of(
        element("tags", element("tag", "b"), element("tag", " a "), element("tag", "b")),
        element("recordings", element("file", " https://x/1 "), element("file", "https://x/2")),
    )
    assert (data["tags"], data["recordings"]) == (["b", "a", "b"], ["https://x/1", "https://x/2"])


def test_texts_are_trimmed_only_around() -> None:
    """A text keeps its lines, its blanks within and its characters, whatever language they are in."""
    data = data_of(element("notes", "\n  первая  строка\n 第二行 🎉 \t"))
    assert data["notes"] == "первая  строка\n 第二行 🎉"


def test_ids_are_strings_of_any_size() -> None:
    """An id beyond 2^53, or with zeros in front, is passed on digit by digit."""
    data = data_of(element("callid", "900719925474099312345"), element("campaignid", "007"))
    assert (data["call_id"], data["campaign_id"]) == ("900719925474099312345", "007")


def test_stored_data_is_by_name() -> None:
    """Variables are a map by name; of a repeated name the last value wins and the earlier ones are kept."""
    variables = [element("var", value, name=name) for name, value in (("a", "1"), ("b", "2"), ("a", "3"), ("a", "4"))]
    data = data_of(element("stored-data", *variables))
    assert data["stored_data"] == {"a": "4", "b": "2"}
    assert data["unrecognized"] == {'stored-data/var[@name="a"]': ["1", "3"]}


def test_variables_without_a_usable_name_are_kept() -> None:
    """A variable without name or value, or with a name beyond the limit, goes to the unrecognized."""
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


def test_what_nobody_knows_is_kept() -> None:
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
    """A field that comes twice has its last value, and the earlier ones are kept."""
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
def test_what_cannot_be_typed_is_kept(name: str, value: str) -> None:
    """A field of a form that nobody foresaw costs neither the event nor its value."""
    assert data_of(element(name, value)) == {
        "outcome": "other",
        "wire_format": "cloud1",
        "unrecognized": {name: [value]},
    }


def test_campaign_is_lossless_too() -> None:
    """A campaign keeps what is unknown or cannot be typed, and leaves out the statistics that are not there."""
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


def test_agent_is_there_as_far_as_known() -> None:
    """An agent of whom one thing is known is an agent."""
    assert data_of(element("agentresponse", "interested"))["agent"] == {"response": "interested"}
