"""CallFire's cloud/1 callbacks: which event each is, and what it says."""

import pytest

from tests.support.building import data_of, element, normalize

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


def test_agent_is_there_as_far_as_known() -> None:
    """An agent of whom one thing is known is an agent."""
    assert data_of(element("agentresponse", "interested"))["agent"] == {"response": "interested"}
