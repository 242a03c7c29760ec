"""Documents in another encoding than they declare: the intended characters, and the names of the repairs."""

from typing import Final

import pytest

from tests.support.bodies.broken_documents import declared, document
from tests.support.building import normalize

ENCODINGS: Final = {
    "UTF8": (declared("UTF8").encode(), "café", ["encoding-name"]),
    "utf_8": (declared("utf_8").encode(), "café", ["encoding-name"]),
    "utf-8-sig": (declared("utf-8-sig").encode(), "café", ["encoding-name"]),
    "an unknown name": (declared("klingon").encode(), "café", ["encoding-name"]),
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


def test_handler_of_decoding_errors_is_for_decoding() -> None:
    """The handler of decoding errors passes on an encoding error."""
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode("ascii", "callfire")
