"""Documents that no strict parser reads but a person does: the data read from each, and the names of its repairs."""

from typing import Final

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml import parse
from tests.support.building import element, normalize

UTF8: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def document(notes: str, declaration: str = UTF8) -> str:
    """Return a call with notes given as markup."""
    return declaration + element("call-finished", element("callid", "1"), element("notes", notes))


def declared(encoding: str, notes: str = "café") -> str:
    """Return a document that declares an encoding."""
    return document(notes, f'<?xml version="1.0" encoding="{encoding}"?>')


ENCODINGS: Final = {
    "UTF8": (declared("UTF8").encode(), "café", ["encoding-name"]),
    "utf_8": (declared("utf_8").encode(), "café", ["encoding-name"]),
    "utf-8-sig": (declared("utf-8-sig").encode(), "café", ["encoding-name"]),
    "a name that nobody knows": (declared("klingon").encode(), "café", ["encoding-name"]),
    "unicode": (declared("unicode").encode(), "café", ["encoding-name"]),
    "an empty name": (declared("").encode(), "café", ["declaration"]),
    "zip_codec": (declared("zip_codec").encode(), "café", ["encoding-name"]),
    "punycode": (declared("punycode").encode(), "café", ["encoding-name"]),
    "Shift_JIS": (declared("Shift_JIS", "日本").encode("shift_jis"), "日本", ["encoding-name"]),
    "GB2312": (declared("GB2312", "中文").encode("gb2312"), "中文", ["encoding-name"]),
    "Big5": (declared("Big5", "中文").encode("big5"), "中文", ["encoding-name"]),
    "UTF-32": (declared("UTF-32").encode("utf-32"), "café", ["encoding-name"]),
    "UTF-32, undeclared": (document("café", "").encode("utf-32-le"), "café", ["wrong-encoding"]),
    "UTF-16 that says UTF-8": (document("café").encode("utf-16-le"), "café", ["wrong-encoding"]),
    "UTF-16 that says UTF-8, high byte first": (document("café").encode("utf-16-be"), "café", ["wrong-encoding"]),
    "UTF-8 that says UTF-16": (declared("UTF-16").encode(), "café", ["wrong-encoding"]),
    "windows-1252 that says UTF-8": (document("café “q”…").encode("cp1252"), "café “q”…", ["wrong-encoding"]),
    "windows-1252, undeclared": (document("it\u2019s €5", "").encode("cp1252"), "it\u2019s €5", ["wrong-encoding"]),
    "windows-1252 that says ASCII": (
        declared("US-ASCII", "it\u2019s").encode("cp1252"),
        "it\u2019s",
        ["wrong-encoding"],
    ),
    "an accent before a quotation mark": (document("“café”").encode("cp1252"), "“café”", ["wrong-encoding"]),
    "Latin-1 by another name": (declared("8859_1").encode("latin-1"), "café", ["wrong-encoding"]),
    "UTF-8 and windows-1252": (document("é @").encode().replace(b"@", b"caf\xe9"), "é café", ["wrong-encoding"]),
    "halves as Java writes them": (
        document("@").encode().replace(b"@", b"\xed\xa0\xbd\xed\xb8\x80"),
        "😀",
        ["wrong-encoding"],
    ),
    "half a character": (
        document("@").encode().replace(b"@", b"\xed\xa0\xbd"),
        "�",
        ["wrong-encoding", "undecodable-bytes"],
    ),
    "a character cut off": (
        document("x@").encode().replace(b"@", b"\xf0\x9f\x98"),
        "x�",
        ["wrong-encoding", "undecodable-bytes"],
    ),
    "a byte of no encoding": (
        document("x@").encode().replace(b"@", b"\x81"),
        "x�",
        ["wrong-encoding", "undecodable-bytes"],
    ),
    "half a character of UTF-16": (
        declared("UTF-8", "x@").encode("utf-16").replace(b"@\0", b"\0\xd8"),
        "x�",
        ["wrong-encoding", "undecodable-bytes"],
    ),
    "overlong UTF-8": (document("@").encode().replace(b"@", b"\xc0\xaf"), "À¯", ["wrong-encoding"]),
    "UTF-8 that says ASCII": (declared("US-ASCII").encode(), "café", ["wrong-encoding"]),
    "windows1251": (declared("windows1251", "мир").encode("cp1251"), "мир", ["encoding-name"]),
    "CP-1251": (declared("CP-1251", "мир").encode("cp1251"), "мир", ["encoding-name"]),
    "ISO 8859-5": (declared("ISO 8859-5", "мир").encode("iso8859-5"), "мир", ["declaration"]),
    "x-mac-cyrillic": (declared("x-mac-cyrillic", "мир").encode("mac-cyrillic"), "мир", ["encoding-name"]),
    "UTF-8 that says windows-31j": (declared("windows-31j", "ｶ").encode("cp932"), "ｶ", ["encoding-name"]),
    "UTF-16 after blank lines": (("\n" + declared("UTF-16")).encode("utf-16"), "café", ["surrounding-text"]),
    "ASCII under an unknown name": (declared("klingon", "cafe").encode(), "cafe", ["encoding-name"]),
    "Latin-1 that misses its declaration's end": (
        document("café", '<?xml version="1.0" encoding="ISO-8859-1">').encode("latin-1"),
        "café",
        ["declaration"],
    ),
}
SURROUNDINGS: Final = {
    "CallFire's own declaration": ('<?xml version="1.0" encoding="UTF-8" standalone="yes">', ["declaration"]),
    "a declaration without an end": ('<?xml version="1.0" encoding="UTF-8"\n', ["declaration"]),
    "an empty declaration": ("<?xml ?>", ["declaration"]),
    "a declaration of nothing": ("<?xml>", ["declaration"]),
    "a declaration in capitals": ('<?XML VERSION="1.0" ENCODING="UTF-8"?>', ["declaration"]),
    "a declaration without quotation marks": ("<?xml version=1.0 encoding=UTF-8?>", ["declaration"]),
    "a word processor's declaration": ("<?xml version=“1.0”?>", ["declaration"]),
    "standalone as a boolean": ('<?xml version="1.0" standalone="true"?>', ["declaration"]),
    "a declaration out of order": ('<?xml encoding="UTF-8" version="1.0"?>', ["declaration"]),
    "a declaration that is a tag": ('<xml version="1.0"?>', ["declaration"]),
    "two declarations": (UTF8 * 2, ["declaration"]),
    "a blank before a second declaration": (f"{UTF8}\n{UTF8}", ["declaration"]),
    "a comment before the declaration": (f"<!-- x -->{UTF8}", ["declaration"]),
    "a comment with hyphens": ("<!-- a -- b -->", ["comments"]),
    "half a declaration": ('?xml version="1.0"?>', ["surrounding-text"]),
    "a byte order mark in the middle": (UTF8 + "\ufeff", ["surrounding-text"]),
    "a no-break space": ("\u00a0", ["surrounding-text"]),
    "words": ("body: ", ["surrounding-text"]),
    "headers of HTTP": ("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + UTF8, ["surrounding-text"]),
    "a NUL": ("\0" + UTF8, ["surrounding-text"]),
    "several NULs": ("\0\0\0" + UTF8, ["surrounding-text"]),
    "a bracket": ("< " + UTF8, ["surrounding-text", "declaration"]),
    "a DOCTYPE": ("<!DOCTYPE call-finished>", ["doctype"]),
    "a DOCTYPE of a file": ('<!DOCTYPE call-finished SYSTEM "http://127.0.0.1:9/[x]>.dtd">', ["doctype"]),
    "a public DOCTYPE": (UTF8 + "<!DOCTYPE call-finished PUBLIC '-//X' 'x.dtd'>\n", ["doctype"]),
    "a DOCTYPE in lower case": ("<!doctype call-finished>", ["doctype"]),
    "a DOCTYPE after a blank": ("<! DOCTYPE call-finished>", ["doctype"]),
    "a DOCTYPE that lacks a quotation mark": ('<!DOCTYPE call-finished SYSTEM "http://x/y.dtd>', ["doctype"]),
    "a DOCTYPE without an end": (UTF8 + "<!DOCTYPE call-finished\n", ["doctype"]),
}
BEHIND: Final = [
    "\u00a0",
    "\x0b",
    "\ufeff",
    "<!-- a -- b -->",
    "\0",
    "\0\0\n",
    "\n\nend",
    UTF8,
    "\x1a",
    "<",
    "\r\n--\r\n",
    "]]>",
    "</call-finished>\0",
    "</body></html>",
]
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
    "a prefix that nobody declares": ("a<x:br/>b<y:br/>", "a\nb", ["undeclared-prefixes"]),
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
    "a prefix that nobody declares": ('x:y="1" name="a"', "a"),
}


@pytest.mark.parametrize(("body", "notes", "repairs"), ENCODINGS.values(), ids=ENCODINGS)
def test_encoding_is_understood(body: bytes, notes: str, repairs: list[str]) -> None:
    """A document whose declared encoding is unknown or wrong is read with the intended characters."""
    data = normalize(body)["data"]
    assert (data["call_id"], data["notes"], data["repairs"]) == ("1", notes, repairs)


def test_charset_of_the_header_is_asked() -> None:
    """If a document declares no encoding, the content type's charset is used."""
    body = document("мир", "").encode("koi8-r")
    data = normalize(body, headers={"content-type": "text/xml; charset=KOI8-R"})["data"]
    assert (data["notes"], data["repairs"]) == ("мир", ["wrong-encoding"])


@pytest.mark.parametrize(("before", "repairs"), SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_text_before_the_document_is_dropped(before: str, repairs: list[str]) -> None:
    """Text before a document, or a bad declaration, does not keep it from being read."""
    data = normalize(document("café", before).encode())["data"]
    assert (data["notes"], data["repairs"]) == ("café", repairs)


@pytest.mark.parametrize("after", BEHIND, ids=ascii)
def test_text_after_the_document_is_dropped(after: str) -> None:
    """Text after a document does not keep it from being read, unless it is a document too."""
    data = normalize((document("x") + after).encode())["data"]
    assert data["notes"] == "x"
    assert data["repairs"]


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


def test_handler_of_decoding_errors_is_for_decoding() -> None:
    """The handler of decoding errors passes on an encoding error."""
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode("ascii", "callfire")


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


@pytest.mark.parametrize("notes", ["a\ufffdb", "x\ufffd\ufffd"])
def test_replaced_bytes_of_a_text_are_noted(notes: str) -> None:
    """A text in which API Gateway replaced bytes is accepted and says so; a binary body may hold the character."""
    body = document(notes).encode()
    assert normalize(body, is_text=True)["data"]["repairs"] == ["undecodable-bytes"]
    assert "repairs" not in normalize(body)["data"]


def test_halves_of_characters_in_a_text() -> None:
    """Lone surrogates are possible in a text but not in bytes: a pair is joined, a single one is replaced."""
    data = normalize(document("a\ud83d\ude00b\ud83d").encode(errors="surrogatepass"), is_text=True)["data"]
    assert (data["notes"], data["repairs"]) == ("a😀b�", ["wrong-encoding", "undecodable-bytes"])


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
