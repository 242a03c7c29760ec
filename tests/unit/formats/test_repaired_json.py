"""JSON that no strict parser can read: the event of each body, and the names of its repairs."""

import json
from typing import Any, Final

import pytest

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from tests.support.building import normalize, normalize_all

TEXT: Final = "1+1=2 & 100%25 {x} ,] café"


def body_of(number: int = 1) -> str:
    """Return a delivery whose text has signs that mean something outside JSON."""
    return json.dumps(
        {"webhookId": 3, "events": [{"resourceType": "InboundText", "resource": {"id": number, "message": TEXT}}]},
        ensure_ascii=False,
    )


REPAIRED: Final[dict[str, tuple[bytes, list[str]]]] = {
    "Latin-1": (body_of().encode("latin-1"), ["wrong-encoding"]),
    "a control character": (body_of().replace(":", ":\0", 1).encode(), ["control-characters"]),
    "a text behind it": (f"{body_of()}\n;".encode(), ["surrounding-text"]),
    "a NUL behind it": (f"{body_of()}\0".encode(), ["surrounding-text"]),
    "a NUL before it": (f"\0{body_of()}".encode(), ["surrounding-text"]),
    "words before it": (f"received: {body_of()}".encode(), ["surrounding-text"]),
    "words before a list": (f"received: [ {body_of()} ]".encode(), ["surrounding-text"]),
    "a call of a function": (f"callback({body_of()});".encode(), ["surrounding-text"]),
    "a server-sent event": (f"data: {body_of()}\n\n".encode(), ["surrounding-text"]),
    "a guard against scripts": (f")]}}',\n{body_of()}".encode(), ["surrounding-text"]),
    "a comma behind the last member": (f"{body_of()[:-1]},}}".encode(), ["trailing-commas"]),
    "a comma behind the last item": (body_of().replace("}}]", "}} \n, ]").encode(), ["trailing-commas"]),
    "several faults": (
        f"x {body_of()[:-1]},}};".encode("latin-1"),
        ["wrong-encoding", "surrounding-text", "trailing-commas"],
    ),
    "a control character in UTF-16": (body_of().replace(":", ":\x0b", 1).encode("utf-16-be"), ["control-characters"]),
}


@pytest.mark.parametrize(("body", "repairs"), REPAIRED.values(), ids=REPAIRED)
def test_document_is_repaired(body: bytes, repairs: list[str]) -> None:
    """A person can read each of these; its texts are unchanged, and the event names the repairs."""
    event = normalize(body)
    assert event["data"]["message"] == TEXT
    assert event["data"].pop("repairs") == repairs
    assert event == normalize(body_of().encode())


PACKED: Final = {
    "half a character in the bytes": (b'{"events": ["\xed\xa0\xbd"]}', ["wrong-encoding", "undecodable-bytes"]),
    "escaped quotation marks": (b"[{&quot;events&quot;: [&#34;x&#34;]}]", ["escaped"]),
    "a form field": (b"json=%7B%22events%22%3A+%5B%22x%22%5D%7D", ["form-field"]),
}


@pytest.mark.parametrize(("body", "repairs"), PACKED.values(), ids=PACKED)
def test_bytes_are_repaired(body: bytes, repairs: list[str]) -> None:
    """Bytes in another encoding and packed documents are read as for XML, and the event names the repairs."""
    assert normalize(body)["data"]["repairs"] == repairs


@pytest.mark.parametrize(
    "write",
    ["{}{}", "{}\n{}", "{}\r\n{}\r\n", "\x1e{}\n\x1e{}\n", "\ufeff{}\n\ufeff{}"],
    ids=["beside each other", "lines", "lines of Windows", "a sequence of RFC 7464", "byte order marks"],
)
def test_documents_in_a_row(write: str) -> None:
    """Each of several documents is an event, the same as by itself."""
    found = normalize_all(write.format(body_of(1), body_of(2)).encode())
    assert [event["data"].pop("repairs") for event in found] == [["json-sequence"]] * 2
    assert found == [normalize(body_of(number).encode()) for number in (1, 2)]


@pytest.mark.parametrize(
    ("behind", "reason"),
    [
        ("{}", "unknown-root"),
        ('{"webhookId": NaN}', "malformed-json"),
        ('{"webhookId": ', "malformed-json"),
        ("<call-finished/>", "malformed-json"),
        (body_of(2)[:-9], "malformed-json"),
        ("\n".join(map(body_of, range(2, 10))), "too-complex"),
        ("[" * 30_000, "malformed-json"),
    ],
    ids=["unknown", "invalid", "half", "XML", "cut off", "more than eight", "a bomb"],
)
def test_all_documents_in_a_row_are_read_or_none(behind: str, reason: str) -> None:
    """If one of several documents cannot be read, the body is refused as a whole, and so kept as a whole."""
    with pytest.raises(UnreadablePostbackError, match=reason):
        normalize_all(f"{body_of(1)}\n{behind}".encode())


REFUSED: Final[dict[str, Any]] = {
    "a comma without an item": body_of().replace("[", "[,", 1),
    "single quotes": "{'webhookId': 3}",
    "a comment": f"/* x */ {body_of()[:-1]} /* y */ }}",
    "a text cut off": body_of()[:-20],
    "an escape that is none": body_of().replace("café", "caf\\q"),
    "markup before it": f"<p>{body_of()}",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_other_faults_are_refused(body: str) -> None:
    """A fault whose repair would be a guess stays refused."""
    with pytest.raises(UnreadablePostbackError):
        normalize_all(body.encode())
