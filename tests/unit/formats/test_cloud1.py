"""CallFire's cloud/1 callbacks: the type and the data of each event."""

from typing import Final

import pytest

from tests.support.building import call, data_of, element, normalize

REPLY: Final = element("smsReceived", "yes")
SENT: Final = element("smsSent", "hi")

KINDS: Final = {
    "no text": ((), "call.finished", "other"),
    "an empty campaign answered": (("<replyFromCampaign/>",), "call.finished", "other"),
    "a campaign answered": ((element("replyFromCampaign", "2740908"),), "call.finished", "other"),
    "an element within another": ((element("queue", "<smsReceived/>"),), "call.finished", "other"),
    "an element within an attribute": (('<other about="&lt;smsReceived"/>',), "call.finished", "other"),
    "an empty text sent": (("<smsSent/>",), "text.sent", "sent"),
    "a text sent": ((SENT,), "text.sent", "sent"),
    "a text sent, with a campaign": ((SENT, element("replyFromCampaign", "2740908")), "text.sent", "sent"),
    "a text sent, answered": ((SENT, element("disposition", "LA")), "text.sent", "sent"),
    "a text not to be sent": ((SENT, element("disposition", "DNT")), "text.sent", "do_not_call"),
    "a text too long": ((SENT, element("disposition", "TOO_BIG")), "text.sent", "failed"),
    "a text with a new disposition": ((SENT, element("disposition", "NEW")), "text.sent", "other"),
    "a reply": ((REPLY,), "text.received", "received"),
    "an empty reply": (("<smsReceived/>",), "text.received", "received"),
    "a blank reply": ((element("smsReceived", " \n "),), "text.received", "received"),
    "an empty reply to a campaign": (
        ("<smsReceived/>", element("replyFromCampaign", "1")),
        "text.received",
        "received",
    ),
    "a reply with a disposition": ((REPLY, element("disposition", "TOO_BIG")), "text.received", "received"),
    "a reply to a text": ((REPLY, SENT), "text.received", "received"),
    "an empty reply to an empty text": (("<smsSent/>", "<smsReceived/>"), "text.received", "received"),
}


@pytest.mark.parametrize(("contents", "event_type", "outcome"), KINDS.values(), ids=KINDS)
def test_texts_are_told_from_calls(contents: tuple[str, ...], event_type: str, outcome: str) -> None:
    """The presence of an element makes a postback a reply or a sent text, whatever its content; others are calls."""
    event = normalize(element("call-finished", *contents).encode())
    assert (event["type"], event["data"]["outcome"]) == (f"com.callfire.{event_type}.v1", outcome)


@pytest.mark.parametrize("campaign", ["0", "-1", "null", "2740908"])
def test_answered_campaign_makes_no_reply(campaign: str) -> None:
    """An answered campaign without a text is kept, and does not turn a call into a text."""
    data = data_of(element("replyFromCampaign", campaign))
    assert data["unrecognized"] == {"replyFromCampaign": [campaign]}


def test_empty_text_has_no_message() -> None:
    """A picture message or a blank reply is a text without a message."""
    event = normalize(call("<smsReceived/>", element("callid", "1")))
    assert event["subject"] == "texts/1"
    assert "message" not in event["data"]


@pytest.mark.parametrize("root", ["call-finished", "campaign-finished"])
def test_empty_postback_is_an_event(root: str) -> None:
    """An empty postback is an event without a subject, and holds no null and no empty string."""
    event = normalize(element(root).encode())
    assert "subject" not in event
    assert event["source"] == "/callfire"
    assert event["time"] == event["recordedtime"] == "2026-01-01T12:00:00.000Z"
    assert event["data"] == {"wire_format": "cloud1"} | ({"outcome": "other"} if root == "call-finished" else {})


def test_empty_elements_mean_none() -> None:
    """Empty elements, whitespace and lists of empty elements leave no trace in the data."""
    empty = ("callid", "notes", "extra-data", "stored-data", "recordings", "agentid", "duration", "callstart")
    assert data_of(
        *(element(name) for name in empty),
        element("tags", element("tag"), element("tag", " \n")),
        element("disposition", "  "),
    ) == {"outcome": "other", "wire_format": "cloud1"}


def test_lists_keep_their_order() -> None:
    """All tags and recordings are kept in order, including repeated ones."""
    data = data_of(
        element("tags", element("tag", "b"), element("tag", " a "), element("tag", "b")),
        element("recordings", element("file", " https://x/1 "), element("file", "https://x/2")),
    )
    assert (data["tags"], data["recordings"]) == (["b", "a", "b"], ["https://x/1", "https://x/2"])


def test_texts_are_trimmed_only_around() -> None:
    """A text is only trimmed at its ends; its lines, inner blanks and characters of any language stay."""
    data = data_of(element("notes", "\n  первая  строка\n 第二行 🎉 \t"))
    assert data["notes"] == "первая  строка\n 第二行 🎉"


def test_ids_are_strings_of_any_size() -> None:
    """An id beyond 2^53 or with leading zeros keeps every digit."""
    data = data_of(element("callid", "900719925474099312345"), element("campaignid", "007"))
    assert (data["call_id"], data["campaign_id"]) == ("900719925474099312345", "007")


def test_agent_with_one_known_detail_is_kept() -> None:
    """An agent with one known detail is still an agent."""
    assert data_of(element("agentresponse", "interested"))["agent"] == {"response": "interested"}
