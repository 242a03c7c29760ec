"""The repairs on any input: linear time, no exception, and no change to a document that parses."""

import gzip
import zlib
from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callfire_postbacks.formats.repairs.decoding import decode
from callfire_postbacks.formats.repairs.mend import mend
from callfire_postbacks.formats.unpacking.unpack import unpack
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.ingest import MAX_BODY_BYTES
from callfire_postbacks.postback import Postback
from tests.support.bodies.invariants import check
from tests.support.bodies.trees import Tree, markup, trees
from tests.support.building import RECEIVED_AT, normalize, postback_at
from tests.support.costs import processor_time_below

SECONDS: Final = 1.5
"""Seconds of processor time for the largest body on a slow machine. Quadratic work takes minutes."""

_PIECES: Final = [
    *("<", ">", "&", ";", "'", '"', "=", "/", "!", "?", "-", "[", "]", "#", "x", "a", " ", "\0", "\x0b", "é", "\ufffd"),
    *("<a", "</a>", "<a>", "<a ", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ", "?>", "<!DOCTYPE ", "&#", "&nbsp;"),
    *("&#55357;", "&#xDE00;", "<x:y", ' b="', " b='", "=“", "”", "call-finished", "<call-finished>", "%3C", "--bo\n"),
]
_HOSTILE: Final = [
    *("<!--", "-->", "<!-->", "<![CDATA[", "<?", "<?xml ", "<?xml version", "<!DOCTYPE ", "<!DOCTYPE a '", "<a"),
    *("<a ", "<a '", '<a"', "<a'\"", "<a b=\"'", "<a =", "<a/", "</a", "<a b=“", "<a b=c ", "<a:b ", "<a:b/>"),
    *("<a x:y='1'/>", "&", "&#", "&a", "&#1", "&#x1;", "&#55357;", "&#xDE00;", "&nbsp;", "&" + "a" * 31, "<", "<<a>"),
    *("=", "' ", '"<', "=`", "`", "\0", "]]>", "<a>", "<a></a>", "%3C", "a=b&", "+", "--a\n", "--\n", "\n\n"),
    *("<xml version ", " ", "\ufeff", "<\0", "<! ", "<! DOCTYPE a \"'", "<br>", "</br>", "<p></b>", "&eacute "),
    *("&#x00000", "&lt;", "x=PD94bWw&", '"', "\\"),
    *("{", "{ ", '{"', ", ", ",}", '\\"', '","', "{}", "[", "{}\n", '{"a":1,}', "\x1e{}"),
]


def postback_of(body: bytes, *, is_text: bool = False) -> Postback:
    """Return a postback with a body."""
    return Postback("callfinish", "0" * 64, RECEIVED_AT, body, is_text=is_text)


@given(trees())
def test_well_formed_document_is_left_alone(tree: Tree) -> None:
    """A document that parses strictly names no repair; running the repairs would not change its content."""
    body = ('<?xml version="1.0" encoding="UTF-8"?>' + markup(tree, padding="<!-- & --><![CDATA[]]>")).encode()
    try:
        document = parse(body)
    except UnreadablePostbackError:
        return
    assert "repairs" not in normalize(body)["data"]
    mended, repairs = mend(postback_at(RECEIVED_AT, body))
    assert repairs == []
    assert parse(mended.body, is_text=True).canonical == document.canonical


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join), st.booleans())
def test_any_text_is_repaired_or_refused(text: str, is_text: bool) -> None:  # noqa: FBT001  drawn
    """Pieces of markup in any order end in an event that names its repairs, or in a refusal."""
    mend(postback_of(text.encode(), is_text=is_text))
    check(text.encode())
    check(f"<call-finished>{text}</call-finished>".encode())


@given(
    st.binary(max_size=200),
    st.booleans(),
    st.sampled_from(["", "text/xml; charset=KOI8-R", "charset=zip", "boundary="]),
)
def test_any_bytes_are_decoded(body: bytes, is_text: bool, content_type: str) -> None:  # noqa: FBT001  drawn
    """Any bytes are decoded, unpacked and repaired to a text."""
    text = decode(body, is_text=is_text, content_type=content_type).text
    assert text.encode().decode() == text
    incoming = Postback("callfinish", "0" * 64, RECEIVED_AT, body, headers={"content-type": content_type})
    mend(incoming)
    with suppress(UnreadablePostbackError):  # it has too many documents
        unpack(incoming)


@pytest.mark.slow
@pytest.mark.parametrize("unit", _HOSTILE, ids=ascii)
@pytest.mark.parametrize(
    "root",
    ["", "<call-finished>", '<call-finished a="', '{"a":', '{"a":"'],
    ids=["bare", "in a root", "in an attribute", "in JSON", "in a text of JSON"],
)
def test_repairs_take_linear_time(unit: str, root: str) -> None:
    """The largest body takes little time, whatever it repeats; quadratic work on it would take minutes."""
    body = root.encode() + unit.encode() * ((MAX_BODY_BYTES - len(root)) // len(unit.encode()))
    with processor_time_below(SECONDS):
        mend(postback_of(body))
        with suppress(UnreadablePostbackError):  # it has too many documents
            unpack(postback_of(body))


@pytest.mark.slow
@pytest.mark.parametrize("blank", [" ", "\n", "A ", "="], ids=ascii)
@pytest.mark.parametrize("start", ["", "x", "a=", '"'], ids=["bare", "a word", "a form", "a text of JSON"])
@pytest.mark.parametrize("end", ["<", '{"', "%"])
def test_layers_take_linear_time(start: str, blank: str, end: str) -> None:
    """The largest body of blanks is refused in little time, whatever is before and behind them."""
    body = start + blank * ((MAX_BODY_BYTES - 5) // len(blank)) + end
    with processor_time_below(SECONDS), suppress(UnreadablePostbackError):
        normalize(body.encode())


@pytest.mark.slow
@pytest.mark.parametrize("byte", [b"\xe9", b"\xc3", b"\xf0\x9f", b"\xed\xa0\xbd", b"\x81", b"\xff\xfe"], ids=repr)
def test_decoding_takes_linear_time(byte: bytes) -> None:
    """Bytes without a valid encoding are read one by one, in little time."""
    with processor_time_below(SECONDS):
        decode(b"<a>" + byte * (60_000 // len(byte)), is_text=False, content_type="")


@pytest.mark.slow
@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress], ids=["gzip", "zlib"])
def test_bomb_costs_no_more_than_a_postback(compress: object) -> None:
    """A bomb of 64 KiB, which would be some 60 MB, is given up at the limit."""
    assert callable(compress)
    bomb = compress(b"\0" * 60_000_000)
    assert len(bomb) <= MAX_BODY_BYTES
    with processor_time_below(SECONDS), pytest.raises(UnreadablePostbackError, match="too-complex"):
        normalize(bomb)
