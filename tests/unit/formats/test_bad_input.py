"""Invalid XML is refused with a reason, at a bounded cost, without revealing the body."""

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml import parsing
from callfire_postbacks.formats.xml.collector import MAX_ELEMENTS
from callfire_postbacks.ingest import MAX_BODY_BYTES
from tests.support.building import CALL, call, normalize
from tests.support.costs import measured

_MILLION = 1_000_000
_BOMB = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))

REFUSED = {
    "nothing": (b"", "empty-body"),
    "blanks": (b" \r\n\t", "empty-body"),
    "only a byte order mark": (b"\xef\xbb\xbf", "empty-body"),
    "JSON": (b'{"callid": 111111}', "unknown-root"),
    "plain text": (b"call finished", "not-xml"),
    "random bytes": (bytes(range(128, 160)), "not-xml"),
    "only the byte order mark of UTF-16": (b"\xff\xfe", "malformed-xml"),
    "truncated": (CALL[:400], "malformed-xml"),
    "truncated in a tag": (CALL[:-5], "malformed-xml"),
    "only a declaration": (b'<?xml version="1.0"?>', "malformed-xml"),
    "two documents": (CALL + b"<call-finished/>", "malformed-xml"),
    "HTML as browsers take it": (b"<html><body><br></body></html>", "malformed-xml"),
    "NUL bytes": (b"\0" * 10, "malformed-xml"),
    "an attribute twice": (b'<call-finished a="1" a="2"/>', "malformed-xml"),
    "HTML": (b"<!DOCTYPE html><html/>", "forbidden-doctype"),
    "an external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "forbidden-doctype"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><call-finished>&b;</call-finished>', "forbidden-doctype"),
    "an external entity": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "forbidden-doctype"),
    "an entity bomb": (f"<!DOCTYPE a [<!ENTITY a0 'ha'>{_BOMB}]><a>&a9;</a>".encode(), "forbidden-doctype"),
    "too deep": (call("<a>" * 16 + "</a>" * 16), "too-complex"),
    "an unknown root": (b"<reportResponse><success>true</success></reportResponse>", "unknown-root"),
    "XHTML": (b"<html><body/></html>", "unknown-root"),
    "SOAP": (b'<s:Envelope xmlns:s="urn:s"><s:Body><call-finished/></s:Body></s:Envelope>', "unknown-root"),
}
ENDLESS = {
    "nested elements": (b"<call-finished>" + b"<a>" * _MILLION, "too-complex"),
    "siblings": (b"<call-finished>" + b"<a/>" * _MILLION + b"</call-finished>", "too-complex"),
    "a long name": (b"<call-finished>" + b"<" + b"a" * _MILLION + b"/></call-finished>", "too-complex"),
    "NUL bytes": (b"\0" * _MILLION, "malformed-xml"),
    "brackets": (b"<" * _MILLION, "malformed-xml"),
}
# The largest bodies that the limits allow, in the shapes that cost most to read.
COSTLY = {
    "attributes": b"<r " + b" ".join(b'a%x=""' % number for number in range(7_000)) + b"/>",
    "attributes with values": b"<r " + b" ".join(b'a%x="1"' % number for number in range(1_200)) + b"/>",
    "namespaces": b"<r " + b" ".join(b'xmlns:a%x="u%x"' % (number, number) for number in range(3_000)) + b"/>",
    "comments": b"<r>" + b"<!---->" * 9_000 + b"</r>",
    "texts between comments": b"<r>" + b"x<!---->" * 8_000 + b"</r>",
    "references": b"<r>" + b"&lt;" * 16_000 + b"</r>",
    "lines": b"<r>" + b"x\n" * 32_000 + b"</r>",
    "CDATA": b"<r>" + b"<![CDATA[x]]>" * 5_000 + b"</r>",
    "one text": b"<r>" + b"x" * 65_000 + b"</r>",
    "three bytes a character": b"<?xml version='1.0' encoding='TIS-620'?><r>" + b"\xa1" * 65_000 + b"</r>",
    "two thousand leaves": b"<r>" + b"<a>x</a>" * (MAX_ELEMENTS - 1) + b"</r>",
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused_for_a_reason(body: bytes, reason: str) -> None:
    """Each kind of bad input is refused with a reason and a sentence that reveals nothing of the body."""
    with pytest.raises(UnreadablePostbackError) as refusal:
        normalize(body)
    assert refusal.value.reason == reason
    assert refusal.value.detail.endswith(".")
    assert not any(word in refusal.value.detail for word in ("secret", "passwd", "111111", "reportResponse"))


@pytest.mark.parametrize(("body", "reason"), ENDLESS.values(), ids=ENDLESS)
def test_endless_document_ends_early(body: bytes, reason: str) -> None:
    """Reading of a hostile document stops at the limit, with little of it in memory."""
    with measured() as costs, pytest.raises(UnreadablePostbackError, match=reason):
        parsing.parse(body)
    assert costs["calls"] < 6 * MAX_ELEMENTS
    assert costs["peak"] < 5 * _MILLION


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
def test_largest_body_costs_a_bounded_amount(body: bytes) -> None:
    """The largest body costs at most 4 MB and a few calls per element, whatever its content."""
    assert len(body) <= MAX_BODY_BYTES
    with measured() as costs:
        parsing.parse(body)
    assert costs["calls"] < 6 * MAX_ELEMENTS
    assert costs["peak"] < 4 * _MILLION
