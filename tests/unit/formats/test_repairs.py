"""Documents that no strict parser reads but a person does: the data read from each, and the names of its repairs."""

from typing import Final

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.parsing import parse
from tests.support.bodies.broken_documents import UTF8, declared, document
from tests.support.building import normalize

CONTENTS: Final = {
    "an ampersand": ("you & me", "you & me", ["ampersands"]),
    "ampersands of all kinds": (
        "AT&T; Q&A &foo; &copy 2 a&b=c &&amp;",
        "AT&T; Q&A &foo; &copy 2 a&b=c &&",
        ["ampersands"],
    ),
    "HTML's entities": ("a&nbsp;b &eacute;&hellip;", "a\u00a0b é…", ["html-entities"]),
    "HTML's entities in capitals": ("&NBSP;&Eacute;&AMP;&LT;", "\u00a0É&<", ["html-entities"]),
    "emoji as two references": ("a&#55357;&#56832;b", "a😀b", ["surrogate-references"]),
    "emoji as two references in hexadecimal": ("&#xD83D;&#xde00;", "😀", ["surrogate-references"]),
    "emoji as two references of both kinds": ("A&#65;&#55357;&#xDE00;&#66;", "AA😀B", ["surrogate-references"]),
    "half an emoji": ("a&#55357;b&#xDE00;", "a�b�", ["surrogate-references"]),
    "control characters": ("a\x0bb\x01", "a b", ["control-characters"]),
    "non-characters": ("a\ufffeb", "a b", ["control-characters"]),
    "control characters as references": ("a&#11;b&#x0B;c&#0;d", "a b c d", ["impossible-references"]),
    "a reference beyond Unicode": (f"a&#x110000;b&#{'9' * 5_000};c&#000065;", "a�b�cA", ["impossible-references"]),
    "references without an end": ("&#65 &#x42 &#X43;", "A B C", ["unfinished-references"]),
    "entities without an end": (
        "a&amp b&nbsp c &lt &GT &quot; caf&eacute, &Uuml",
        'a& b\u00a0 c < > " café, Ü',
        ["unfinished-references", "html-entities"],
    ),
    "words that look like entities": (
        "the original &copy &not a draft &times &xring ?a=1&lt=2&ampere",
        "the original &copy &not a draft &times &xring ?a=1&lt=2&ampere",
        ["ampersands"],
    ),
    "HTML without end tags": ("a<br>b<IMG src=x><p>c<p>d", "a\nb\nc\nd", ["unclosed-tags", "attribute-values"]),
    "a break that ends": ("a</br>b<br></br>c", "a\nb\nc", ["unclosed-tags"]),
    "brackets": (
        "I <3 you, a < b, a<b, a<b and c>d, ]]> x",
        "I <3 you, a < b, a<b, a<b and c>d, ]]> x",
        ["angle-brackets"],
    ),
    "CDATA": ("<![CDATA[a & b &nbsp; <c]]> &", "a & b &nbsp; <c &", ["ampersands"]),
    "a control character in CDATA": ("<![CDATA[a\x0b& b]]>", "a & b", ["control-characters"]),
    "a comment with hyphens": ("a<!-- x -- & --->b", "ab", ["comments"]),
    "an ampersand in a comment": ("<!-- & -->a & b", "a & b", ["ampersands"]),
    "a reserved instruction": ("a<?XML x?>b", "ab", ["declaration"]),
    "an undeclared prefix": ("a<x:br/>b<y:br/>", "a\nb", ["undeclared-prefixes"]),
    "end tags in another case": ("a<B>b</b>c", "a\nb\nc", ["end-tags"]),
    "two at once": ("you & me&nbsp;&#11;", "you & me\u00a0", ["impossible-references", "html-entities", "ampersands"]),
}
ATTRIBUTES: Final = {
    "an ampersand": ('name="a & b"', "a & b"),
    "a bracket": ('name="a<b > c"', "a<b > c"),
    "no quotation marks": ("name=a/b", "a/b"),
    "a word processor's quotation marks": ("name=“a b”", "a b"),
    "single ones": ("name = \u2018a b\u2019", "a b"),
    "HTML's entity": ("name='a&nbsp;b'", "a\u00a0b"),
    "an undeclared prefix": ('x:y="1" name="a"', "a"),
}


@pytest.mark.parametrize(("written", "notes", "repairs"), CONTENTS.values(), ids=CONTENTS)
def test_contents_are_repaired(written: str, notes: str, repairs: list[str]) -> None:
    """Text that XML forbids is read as a person reads it, and the repair is named."""
    data = normalize(document(written).encode())["data"]
    assert (data["notes"], data["repairs"]) == (notes, repairs)


@pytest.mark.parametrize(("written", "name"), ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes_are_repaired(written: str, name: str) -> None:
    """An attribute value is read whatever it contains and however it is quoted."""
    body = f"<call-finished><stored-data><var {written}>1</var><var/></stored-data></call-finished>"
    data = normalize(body.encode())["data"]
    assert data["stored_data"] == {name: "1"}
    assert data["repairs"]


def test_names_of_elements_count_as_repairs() -> None:
    """An element name that differs from CallFire's, or has a prefix, is read and counts as a repair."""
    assert normalize(b"<Call-Finished/>")["data"]["repairs"] == ["element-names"]
    assert normalize(b"<call-finished><NOTES>n</NOTES></call-finished>")["data"]["repairs"] == ["element-names"]
    data = normalize(b"<x:call-finished><x:notes>n</x:notes></x:call-finished>")["data"]
    assert (data["notes"], data["repairs"]) == ("n", ["undeclared-prefixes", "element-names"])


def test_end_tag_of_the_root_in_another_case() -> None:
    """Start and end tags that differ only in case belong together; other unmatched tags are refused."""
    data = normalize(b"<call-finished><Notes>n</notes><br/></Call-Finished>")["data"]
    assert (data["notes"], data["repairs"]) == ("n", ["end-tags", "element-names"])
    with pytest.raises(UnreadablePostbackError):
        normalize(b"<call-finished><notes>n</dnis></call-finished>")


def test_all_at_once() -> None:
    """One document can need many repairs at once."""
    before = '<?xml version="1.0" encoding="UTF8" standalone="yes"><!DOCTYPE call-finished>'
    body = document("you & me&nbsp;\x0b caf\xe9 &#55357;&#56832;", before).encode("cp1252") + b"\0"
    data = normalize(body)["data"]
    assert data["notes"] == "you & me\u00a0  café 😀"
    assert set(data["repairs"]) == {
        *("wrong-encoding", "declaration", "doctype", "surrounding-text", "control-characters"),
        *("surrogate-references", "html-entities", "ampersands"),
    }


def test_repaired_and_well_formed_are_one_event() -> None:
    """A repaired document has the id of the intended document."""
    assert normalize(document("you & me").encode())["id"] == normalize(document("you &amp; me").encode())["id"]


REFUSED: Final = {
    "an internal subset": (document("x", "<!DOCTYPE call-finished []>"), "forbidden-doctype"),
    "a declared entity": (document("&a;", '<!DOCTYPE a [<!ENTITY a "b">]>'), "forbidden-doctype"),
    "a subset behind an ampersand": (document("& &a;", '<!DOCTYPE a [<!ENTITY a "b">]>'), "forbidden-doctype"),
    "an entity that an external DTD may declare": (document("&a;", '<!DOCTYPE a SYSTEM "x">'), "forbidden-doctype"),
    "a DOCTYPE in the middle": (document("<!DOCTYPE a>"), "malformed-xml"),
    "an internal subset after a stray quotation mark": (document("x", '<!DOCTYPE a " []>'), "malformed-xml"),
    "a subset behind the document": (document("x") + "<!DOCTYPE a [<!ENTITY b 'c'>]>", "malformed-xml"),
    "two documents": (document("1") + document("2", ""), "malformed-xml"),
    "a document and a line of HTML": (document("1") + "<br>", "malformed-xml"),
    "a document and an empty one": (document("1") + "<call-finished/>", "malformed-xml"),
    "a document cut off": (document("x")[:-5], "malformed-xml"),
    "a comment cut off": (document("<!-- x"), "malformed-xml"),
    "a comment cut off behind": (document("x") + "<!--", "malformed-xml"),
    "CDATA cut off": (document("<![CDATA[ x"), "malformed-xml"),
    "an attribute twice": ('<call-finished a="1" a="2"/>', "malformed-xml"),
    "HTML": ("<!DOCTYPE html><html><body><br></body></html>", "forbidden-doctype"),
    "too deep, behind an ampersand": (document("&" + "<a>" * 20 + "</a>" * 20), "malformed-xml"),
    "words": ("you & me", "not-xml"),
    "only a declaration": (UTF8, "malformed-xml"),
    "nothing but a closing tag": ("</call-finished>", "malformed-xml"),
    "UTF-7": (declared("UTF-7").replace("<call", "+ADw-call").replace("</", "+ADw-/"), "unknown-encoding"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_beyond_repair(body: str, reason: str) -> None:
    """An ambiguous document, or one that declares entities, is refused as before."""
    with pytest.raises(UnreadablePostbackError, match=reason):
        normalize(body.encode())


def test_document_that_parses_is_not_repaired() -> None:
    """A document that parses names no repair, even if it looks like one that needs some."""
    body = document("&amp;nbsp; <![CDATA[a & b]]> &#xFFFD; <!-- & -->").encode()
    assert parse(body).leaves["notes"] == ["&nbsp; a & b �"]
    assert "repairs" not in normalize(body)["data"]
