"""Known elements in any case and namespace, and texts with markup within."""

import pytest

from tests.support.building import data_of, element, normalize


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
