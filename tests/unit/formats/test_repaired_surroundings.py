"""Documents with text around them or a bad declaration: the data read from each, and the names of the repairs."""

from typing import Final

import pytest

from tests.support.bodies.broken_documents import UTF8, document
from tests.support.building import normalize

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
    "the time of a log": ("[2026-03-02 17:04] ", ["surrounding-text"]),
    "half an object": ("{body: ", ["surrounding-text"]),
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
