"""Documents in a form, a multipart body, a JSON string, base64 or compression are unpacked within the limits."""

import gzip
import json
import quopri
import zlib
from base64 import b64encode, encodebytes, urlsafe_b64encode
from typing import Final
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.formats.unpacking.compression import MAX_UNPACKED_BYTES
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from tests.support.building import element, normalize, normalize_all

TEXT: Final = element("call-finished", element("notes", "café “q” 🎉 a=b&amp;c + d"))
DOCUMENT: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n{TEXT}'.encode()
LATIN: Final = '<?xml version="1.0" encoding="ISO-8859-1"?><call-finished><notes>café</notes></call-finished>'


def part(content: bytes, *headers: str, end: str = "\r\n", boundary: str = "bo") -> bytes:
    """Return a multipart body with a field and a part with a content."""
    other = ["Content-Disposition: form-data; name=id", "", "7", ""]
    lines = [
        f"--{boundary}",
        *other[:-1],
        f"--{boundary}",
        'Content-Disposition: form-data; name="x"',
        *headers,
        "",
        "",
    ]
    return end.join(lines).encode() + content + f"{end}--{boundary}--{end}".encode()


PACKED: Final = {
    "a form field": (b"xml=" + quote_plus(DOCUMENT).encode(), ["form-field"]),
    "a form field among others": (b"a=b&any=" + quote(DOCUMENT).encode() + b"&c=%3C", ["form-field"]),
    "a form field in base64": (b"a=b&x=" + quote_plus(b64encode(DOCUMENT)).encode(), ["form-field"]),
    "a form field in base64, with bare plus signs": (b"x=" + b64encode(DOCUMENT), ["form-field"]),
    "a form field that is escaped": (b"x=" + quote_plus(escape(DOCUMENT.decode())).encode(), ["form-field", "escaped"]),
    "percent-encoded alone": (quote(DOCUMENT).encode(), ["form-field"]),
    "percent-encoded twice": (b"x=" + quote_plus(b"y=" + quote_plus(DOCUMENT).encode()).encode(), ["form-field"]),
    "a form field that is not encoded": (b"postback=" + DOCUMENT, ["surrounding-text"]),
    "multipart": (part(DOCUMENT), ["multipart"]),
    "multipart with line feeds": (part(DOCUMENT, end="\n"), ["multipart"]),
    "multipart in base64": (part(encodebytes(DOCUMENT), "Content-Transfer-Encoding: base64"), ["multipart"]),
    "multipart in quoted-printable": (
        part(quopri.encodestring(DOCUMENT), "content-transfer-encoding: QUOTED-PRINTABLE"),
        ["multipart"],
    ),
    "multipart as bytes": (part(DOCUMENT, "Content-Transfer-Encoding: binary"), ["multipart"]),
    "multipart with a folded header": (
        part(encodebytes(DOCUMENT), "Content-Transfer-Encoding:", " base64"),
        ["multipart"],
    ),
    "multipart in UTF-16": (part(DOCUMENT.decode().replace("UTF-8", "UTF-16").encode("utf-16-be")), ["multipart"]),
    "a JSON string": (json.dumps(DOCUMENT.decode()).encode(), ["json-string"]),
    "base64": (b64encode(DOCUMENT), ["base64"]),
    "base64 without padding": (b64encode(DOCUMENT + b" ").rstrip(b"="), ["base64"]),
    "base64 for URLs": (urlsafe_b64encode(DOCUMENT), ["base64"]),
    "gzip in base64": (b64encode(gzip.compress(DOCUMENT)), ["base64", "compression"]),
    "escaped with numbers": (
        DOCUMENT.replace(b"&", b"&#38;").replace(b"<", b"&#60;").replace(b">", b"&#x3E;"),
        ["escaped"],
    ),
    "escaped as a text": (escape(DOCUMENT.decode()).encode(), ["escaped"]),
    "gzip": (gzip.compress(DOCUMENT), ["compression"]),
    "zlib": (zlib.compress(DOCUMENT), ["compression"]),
    "gzip twice": (gzip.compress(gzip.compress(DOCUMENT)), ["compression"]),
    "a form field in gzip": (gzip.compress(b"x=" + quote_plus(DOCUMENT).encode()), ["compression", "form-field"]),
}


@pytest.mark.parametrize(("body", "repairs"), PACKED.values(), ids=PACKED)
def test_document_is_unpacked(body: bytes, repairs: list[str]) -> None:
    """A packed document gives the same event as an unpacked one."""
    event = normalize(body)
    assert event["id"] == normalize(DOCUMENT)["id"]
    assert event["data"]["notes"] == "café “q” 🎉 a=b&c + d"
    assert event["data"]["repairs"] == repairs


@pytest.mark.parametrize("coding", ["deflate", "DEFLATE", " deflate ", "gzip"])
def test_bare_deflate_is_known_by_its_header(coding: str) -> None:
    """Raw deflate data has no signature, so it is recognized by the header, even if that names gzip."""
    bare = zlib.compress(DOCUMENT)[2:-4]
    assert normalize(bare, headers={"content-encoding": coding})["id"] == normalize(DOCUMENT)["id"]
    with pytest.raises(UnreadablePostbackError, match="not-xml"):
        normalize(bare)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_body_may_be_less_compressed_than_its_header_says(coding: str) -> None:
    """A document that is not compressed is read, whatever the header says, and repaired if need be."""
    body = b"<call-finished><notes>you & me</notes></call-finished>"
    assert normalize(body, headers={"content-encoding": coding})["data"]["repairs"] == ["ampersands"]
    half = zlib.compress(DOCUMENT)[2:80]
    with pytest.raises(UnreadablePostbackError, match="not-xml"):
        normalize(half, headers={"content-encoding": coding})


def test_codings_are_removed_one_by_one() -> None:
    """Of several codings, the last is removed first."""
    body = gzip.compress(zlib.compress(DOCUMENT)[2:-4])
    assert normalize(body, headers={"content-encoding": "deflate, gzip"})["id"] == normalize(DOCUMENT)["id"]


@pytest.mark.parametrize("boundary", ['"bo x"', "bo"], ids=["quoted", "plain"])
def test_boundary_is_read_from_the_header(boundary: str) -> None:
    """If a preamble comes first, only the header gives the boundary."""
    body = b"preamble\r\n" + part(DOCUMENT, boundary=boundary.strip('"'))
    headers = {"content-type": f"multipart/mixed; boundary={boundary}"}
    assert normalize(body, headers=headers)["data"]["repairs"] == ["multipart"]


def test_boundary_of_the_header_may_be_wrong() -> None:
    """If no part begins with the header's boundary, the first line gives it; within a document, it means nothing."""
    body = part(DOCUMENT.replace(b"a=b", b"a--bo"))
    headers = {"content-type": "multipart/form-data; boundary=other"}
    data = normalize(body, headers=headers)["data"]
    assert (data["notes"][:16], data["repairs"]) == ("café “q” 🎉 a--bo", ["multipart"])


OTHER: Final = b"<call-finished><callid>2</callid></call-finished>"
SEVERAL: Final = {
    "form": b"list=%5B1%5D&html=%3Cb%3Eno&first=" + b"&second=".join(quote_plus(x).encode() for x in (DOCUMENT, OTHER)),
    "multipart": b"--bo\r\n\r\n" + b"\r\n--bo\r\n\r\n".join((b"<b/>", DOCUMENT, OTHER)) + b"\r\n--bo--",
}


@pytest.mark.parametrize("body", SEVERAL.values(), ids=SEVERAL)
def test_all_documents_of_a_body_are_read(body: bytes) -> None:
    """Each document in a form or a multipart body is an event; other fields and parts that look like one are not."""
    first, second = normalize_all(body)
    assert first["id"] == normalize(DOCUMENT)["id"]
    assert second["data"]["call_id"] == "2"
    assert first["data"]["repairs"] == second["data"]["repairs"]


@pytest.mark.parametrize("where", ["header", "part"])
def test_charset_of_the_content_type_counts(where: str) -> None:
    """The charset of the request, or of the part of a multipart body, applies to a document that declares none."""
    document = "<call-finished><notes>мир</notes></call-finished>".encode("cp1251")
    charset = "charset=windows-1251"
    if where == "header":
        event = normalize(b"x=" + quote_plus(document).encode(), headers={"content-type": f"x; {charset}"})
    else:
        event = normalize(part(document, f"Content-Type: text/xml; {charset}"))
    assert event["data"]["notes"] == "мир"


@pytest.mark.parametrize("codec", ["utf-8", "latin-1"])
def test_form_is_in_the_encoding_of_its_page(codec: str) -> None:
    """Browsers encode a form as UTF-8 whatever its document declares; other senders use the declared encoding."""
    assert normalize(b"x=" + quote_plus(LATIN.encode(codec)).encode())["data"]["notes"] == "café"


def test_unpacked_is_repaired_too() -> None:
    """An unpacked document is repaired like any other."""
    data = normalize(gzip.compress(b"<call-finished><notes>you & me</notes></call-finished>"))["data"]
    assert (data["notes"], data["repairs"]) == ("you & me", ["compression", "ampersands"])


REFUSED: Final = {
    "a bomb": (gzip.compress(b" " * 10_000_000), "too-complex"),
    "a bomb in a bomb": (gzip.compress(gzip.compress(b" " * 1_000_000)), "too-complex"),
    "one byte too many": (gzip.compress(b"<a>" + b" " * (MAX_UNPACKED_BYTES - 2)), "too-complex"),
    "too many layers": (gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(DOCUMENT))))), "not-xml"),
    "too many documents": (b"&".join([b"x=%3Cb%3E"] * 9), "too-complex"),
    "half of gzip": (gzip.compress(DOCUMENT)[:80], "malformed-xml"),
    "no gzip": (b"\x1f\x8b\x08 and so on", "not-xml"),
    "a form without a document": (b"a=b&c=%20d", "not-xml"),
    "a form with another document": (b"x=%3Chtml%2F%3E", "unknown-root"),
    "a form of bytes": (b"x=%FF%00", "not-xml"),
    "multipart without a document": (part(b"text"), "not-xml"),
    "multipart in broken base64": (part(b"PD94b", "Content-Transfer-Encoding: base64"), "not-xml"),
    "multipart that has no parts": (b"--bo\r\n", "not-xml"),
    "half a JSON string": (b'"call', "not-xml"),
    "a JSON string of something else": (b'"call"', "not-xml"),
    "base64 of something else": (b64encode(b"something else"), "not-xml"),
    "no base64": (b"word", "not-xml"),
    "half of base64": (b"PD94b", "not-xml"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_body_that_cannot_be_unpacked_is_refused(body: bytes, reason: str) -> None:
    """Unpacking a bomb stops at the limit, and a packing without a document is refused like any other body."""
    with pytest.raises(UnreadablePostbackError, match=reason):
        normalize(body)


def test_unpacked_is_no_larger_than_a_postback() -> None:
    """The size limit of a postback also holds for the unpacked document."""
    assert MAX_UNPACKED_BYTES == ingest.MAX_BODY_BYTES
