"""The document and the marked fault that the console shows for a rejected postback."""

import gzip
import json
import os
from base64 import b64encode
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.postback import to_message
from postbacks_cli.console import bodies
from postbacks_cli.console.documents import Document, Fault, document_of, examine
from postbacks_cli.queues import fault, rejected_queue
from postbacks_cli.queues.rejected_queue import RejectedPostback, reading
from tests.support.aws.operators_stack import operators_stack
from tests.support.building import normalize_all, postback

LINES = "<call-finished>\n <notes>日本 🙂 é</notes>\n <notes>日本 🙂 é</motes>\n</call-finished>"
ONE_LINE = "<call-finished><notes>日本 🙂 é</motes></call-finished>"
EUROPEAN = "<?xml version='1.0' encoding='iso-8859-1'?><call-finished><notes>é</motes></call-finished>"


@pytest.fixture(autouse=True)
def quick(subscribed: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001  made first
    """Let the queue answer at once."""
    monkeypatch.setattr(rejected_queue, "_WAIT_SECONDS", 0)


def reject(body: bytes, *, is_text: bool = False, headers: dict[str, str] | None = None) -> RejectedPostback:
    """Receive a postback that cannot be read, and return it as an operator reads it."""
    assert ingest.receive(postback(body)._replace(is_text=is_text, headers=headers or {})).status == "rejected"
    with reading(operators_stack()) as postbacks:
        [rejected] = postbacks
    return rejected


def marked(document: Document, found: Fault) -> str:
    """Return the marked character and the next four."""
    assert found.position
    [(at, after)] = [(at, after) for _, _, at, after in bodies.around_fault(document.text, *found.position) if at]
    return (at + after).unescape()[:5]


@pytest.mark.parametrize("text", [LINES, ONE_LINE], ids=["third line", "only line"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_mark_in_any_encoding(encoding: str, text: str) -> None:
    """The mark is at the wrong end tag in every encoding, and the message describes it."""
    document, found = examine(reject(text.encode(encoding)))
    assert marked(document, found) == "motes"
    assert found.detail == "Not well-formed XML: mismatched tag."


@pytest.mark.parametrize("is_text", [True, False], ids=["text", "base64"])
def test_mark_with_a_declared_encoding(is_text: bool) -> None:  # noqa: FBT001  a parameter of the test
    """A body that API Gateway decoded is UTF-8; otherwise the declared encoding counts."""
    rejected = reject(EUROPEAN.encode("utf-8" if is_text else "iso-8859-1"), is_text=is_text)
    document, found = examine(rejected)
    assert document.text == EUROPEAN
    assert marked(document, found) == "motes"
    [_, line, mark] = str(fault.excerpt(rejected)).splitlines()
    assert line[len(mark) - 1 :].startswith("motes")


@pytest.mark.parametrize(
    ("body", "headers", "layers"),
    [
        (gzip.compress(LINES.encode()), {}, ["compression"]),
        (b64encode(LINES.encode()), {}, ["base64"]),
        (b"postback=" + quote(LINES).encode(), {}, ["form-field"]),
        (gzip.compress(b64encode(LINES.encode())), {"content-encoding": "gzip"}, ["compression", "base64"]),
        (json.dumps({"from": "relay", "postback": LINES}).encode(), {}, ["json-member"]),
        (f"<relayed><body>{escape(LINES)}</body></relayed>".encode(), {}, ["element-text"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mark_in_an_unpacked_document(body: bytes, headers: dict[str, str], layers: list[str]) -> None:
    """A packed body is shown unpacked, and the mark refers to the shown document."""
    document, found = examine(reject(body, headers=headers))
    assert document == (LINES, layers)
    assert marked(document, found) == "motes"


CALL: Final = "<call-finished><callid>{}</callid><notes>{}</notes></call-finished>"
FIRST, SECOND = CALL.format(1, "é={1}"), CALL.format(2, "x")
LOOKS_LIKE_A_FORM: Final = '{"resourceType": "Odd", "eventType": "=%3Ca", "resource": {"id": 1}}'
STORED: Final = {
    "as it is": (FIRST, [FIRST]),
    "JSON that looks like a form": (LOOKS_LIKE_A_FORM, [LOOKS_LIKE_A_FORM]),
    "a text of JSON": (json.dumps({"body": FIRST}), [FIRST]),
    "JSON within JSON": (json.dumps({"a": json.dumps({"b": FIRST})}), [FIRST]),
    "several texts of JSON": (json.dumps({"a": FIRST, "b": SECOND, "c": "<other/>"}), [FIRST, SECOND]),
    "the text of an element": (f"<a>{escape(FIRST)}</a>", [FIRST]),
    "several fields of a form": (f"a={quote(FIRST)}&b={quote(SECOND)}", [FIRST, SECOND]),
}


@pytest.mark.parametrize(("body", "documents"), STORED.values(), ids=STORED)
def test_document_of_an_event(body: str, documents: list[str]) -> None:
    """The document of an event is what the reader read: without its layers, and of several the event's own."""
    events = normalize_all(body.encode())
    assert [document_of(postback(body.encode()), event).text for event in events] == documents


def test_several_documents() -> None:
    """Of several documents in a form, none is shown for the whole body."""
    body = b"a=%3Ca&b=%3Cb"
    assert examine(reject(body))[0] == (body.decode(), [])


def test_mark_in_json() -> None:
    """The mark in JSON is at the wrong word."""
    document, found = examine(reject('{"notes": "日本 🙂",\n "events": oops}'.encode()))
    assert marked(document, found) == "oops}"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"<voicemail/>", "The root element is neither"),
        (b"x" * 70_000, "larger than 64 KiB"),
        (gzip.compress(b"<a>" + b" " * 70_000), "The unpacked body has more than"),
        (b"", "The body is empty."),
    ],
    ids=["unknown root", "too large", "too large when unpacked", "empty"],
)
def test_fault_without_a_position(body: bytes, detail: str) -> None:
    """A fault of the whole body is described in a sentence, without a mark."""
    _, found = examine(reject(body))
    assert detail in found.detail
    assert found.position is None


def test_other_messages() -> None:
    """A message that this stack did not write, and a postback that can be read by now, are described as such."""
    sqs().send_message(QueueUrl=os.environ["REJECTED_QUEUE_URL"], MessageBody="hello")
    with reading(operators_stack()) as postbacks:
        [foreign] = postbacks
    assert examine(foreign) == (("hello", []), ("The message is not one that this stack wrote.", None))
    readable = postback()._replace(is_text=True)
    message = RejectedPostback("1", "unknown-root", "callfinish", None, "", b"", to_message(readable), "")
    assert examine(message)[1].detail == "It can be read now."
    unsigned = message._replace(reason="signature-absent")
    assert "no signature" in examine(unsigned)[1].detail
