"""CallFire's cloud/1 callbacks: the type and the data of each event."""

import pytest

from tests.support.building import call, data_of, element, normalize

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
        ("LIVE ANSWER", "answered"),
        ("Live_Answer", "answered"),
        ("Answering Machine", "answering_machine"),
        ("ANSWERING_MACHINE", "answering_machine"),
        ("NO ANSWER", "no_answer"),
        ("NO_ANSWER", "no_answer"),
        ("no-answer", "no_answer"),
        ("DO NOT CALL", "do_not_call"),
        ("Do Not Text", "do_not_call"),
        ("TRANSFER LEG", "transferred"),
        ("Transferred", "transferred"),
        ("DELIVERED", "sent"),
        ("Undelivered", "failed"),
        ("Invalid number", "failed"),
        ("Not dialed", "undialed"),
        ("not dialled", "undialed"),
        ("Answer Machine", "answering_machine"),
        ("Live/Answer", "answered"),
        ("Failure", "failed"),
        ("SD", "other"),
        ("SMART DROP", "other"),
        ("POSTPONED", "other"),
        ("la", "answered"),
        ("Nobody listed this", "other"),
    ],
)
def test_disposition_is_passed_on_and_has_an_outcome(disposition: str, outcome: str) -> None:
    """CallFire's code stays as sent, listed or not, and the outcome comes from a closed vocabulary."""
    data = data_of(element("disposition", disposition))
    assert (data["disposition"], data["outcome"]) == (disposition, outcome)


@pytest.mark.parametrize(
    ("contents", "event_type", "outcome"),
    [
        ((), "call.finished", "other"),
        (("<replyFromCampaign/>",), "call.finished", "other"),
        ((element("replyFromCampaign", "2740908"),), "call.finished", "other"),
        (("<smsSent/>",), "text.sent", "sent"),
        (("<smsReceived/>",), "text.received", "received"),
        ((element("smsReceived", " \n "),), "text.received", "received"),
        (("<smsSent/>", "<smsReceived/>", "<replyFromCampaign/>"), "text.received", "received"),
        ((element("smsSent", "Thanks"), element("replyFromCampaign", "2740908")), "text.sent", "sent"),
        ((element("queue", "<smsReceived/>"),), "call.finished", "other"),
        (('<other about="&lt;smsReceived"/>',), "call.finished", "other"),
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


@pytest.mark.parametrize(
    ("notes", "text"),
    [
        ("first<br/>second", "first\nsecond"),
        ("first<br/>second<br/>", "first\nsecond"),
        ("<p>first</p> <p>second</p>", "first\nsecond"),
        ("a <b>bold</b> word", "a\nbold\nword"),
        ("<b><i>deep</i>er</b>", "deep\ner"),
        ("one<!-- c -->run", "onerun"),
        ('see <a href="https://x">this</a>', "see\nthis"),
    ],
    ids=["break", "break at the end", "paragraphs", "bold", "nested", "comment", "link"],
)
def test_text_with_markup(notes: str, text: str) -> None:
    """A text with markup keeps all of its text, one line each; only attributes are unrecognized."""
    data = data_of(element("notes", notes), element("callid", "1"))
    assert (data["notes"], data["call_id"]) == (text, "1")
    assert data.get("unrecognized", {}) == ({"notes/a/@href": ["https://x"]} if "href" in notes else {})


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [("callid", "12<b/>34", "12\n34"), ("phonenumber", "213<!-- x -->221<br/>2289", "213221\n2289")],
    ids=["id", "number"],
)
def test_number_with_markup_is_not_cut(name: str, content: str, value: str) -> None:
    """Of an id or a number with markup within, no part is taken for the whole."""
    assert data_of(element(name, content)) == {
        "outcome": "other",
        "wire_format": "cloud1",
        "unrecognized": {name: [value]},
    }


def test_markup_is_read_in_every_text() -> None:
    """Messages, tags, variables and campaign names may hold markup, like notes."""
    sent = element("smsSent", "Hi<br/>there")
    tags = element("tags", element("tag", "a<br/>b"), element("tag", "c"))
    variables = element("stored-data", element("var", "x<br/>y", name="v"), element("var", "z", name="w"))
    data = data_of(sent, tags, variables)
    assert (data["message"], data["tags"]) == ("Hi\nthere", ["a\nb", "c"])
    assert data["stored_data"] == {"v": "x\ny", "w": "z"}
    assert "unrecognized" not in data


@pytest.mark.parametrize(
    "body",
    [
        '<call-finished xmlns="http://www.callfire.com/x"><callid>1</callid><tags><tag>t</tag></tags></call-finished>',
        '<x:call-finished xmlns:x="urn:a/b"><x:callid>1</x:callid><tags><x:tag>t</x:tag></tags></x:call-finished>',
        "<Call-Finished><CallId>1</CallId><Tags><Tag>t</Tag></Tags></Call-Finished>",
        "<CALL-FINISHED><CALLID>1</CALLID><TAGS><TAG>t</TAG></TAGS></CALL-FINISHED>",
        "<call-finished><CALLID>1</CALLID><tags><TAG>t</TAG></tags></call-finished>",
    ],
    ids=["namespace", "prefix", "capitals", "upper case", "upper case within"],
)
def test_elements_are_found_by_local_name(body: str) -> None:
    """Known elements are recognized in any namespace, with any prefix and in any letter case."""
    data = normalize(body.encode())["data"]
    assert (data["call_id"], data["tags"]) == ("1", ["t"])
    assert "unrecognized" not in data


def test_names_of_variables_and_statistics_are_found_too() -> None:
    """Attributes and nested elements are also recognized by local name."""
    assert data_of('<Stored-Data><VAR NAME="a">1</VAR></Stored-Data>')["stored_data"] == {"a": "1"}
    campaign = "<Campaign-Finished><Campaign><ID>7</ID><Campaign-Stats><NoAnswer>3</NoAnswer></Campaign-Stats>"
    data = normalize(f"{campaign}</Campaign></Campaign-Finished>".encode())["data"]
    assert (data["campaign_id"], data["stats"]) == ("7", {"no_answer": 3})


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


def test_agent_is_there_as_far_as_known() -> None:
    """An agent with one known detail is still an agent."""
    assert data_of(element("agentresponse", "interested"))["agent"] == {"response": "interested"}
