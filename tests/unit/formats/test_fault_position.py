"""The position of the fault in a rejected postback."""

import json
import os

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.formats.trees import json_reader
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml import parsing
from postbacks_cli.queues import rejected_queue
from postbacks_cli.queues.fault import excerpt
from postbacks_cli.queues.rejected_queue import reading
from tests.support.aws.operators_stack import operators_stack
from tests.support.building import postback

BROKEN = b"<call-finished>\n  <callid>1</callid>\n  <notes>oops</note>\n</call-finished>"


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (BROKEN, (3, 16)),
        (b"\n\n  " + BROKEN, (5, 16)),
        (b"  <a><", (1, 6)),
        (b"\xef\xbb\xbf<a>&nosuch;</a>", (1, 5)),
        (b"<a>", (1, 4)),
        ("<a>日本<".encode(), (1, 6)),
        (b'\n<!DOCTYPE a [<!ENTITY b "c">]><a/>', (2, 13)),
    ],
)
def test_position(body: bytes, position: tuple[int, int]) -> None:
    """Line and column equal those in an editor, even if text before the document was removed."""
    with pytest.raises(UnreadablePostbackError) as raised:
        parsing.parse(body)
    assert raised.value.position == position


@pytest.mark.parametrize(
    ("body", "position"),
    [
        pytest.param(b'{\n  "events": [\n    oops\n  ]\n}', (3, 5), id="a word that is no value"),
        pytest.param(b'\r\n\n  {"events": [] oops}', (3, 17), id="after blank lines"),
        pytest.param(b'\xef\xbb\xbf{"events": [] oops}', (1, 16), id="after a byte order mark"),
        pytest.param('{"notes": "日本" oops}'.encode(), (1, 16), id="characters, not bytes"),
        pytest.param('{"notes":\noops}'.encode("utf-16-le"), (2, 1), id="UTF-16"),
        pytest.param(b'{"events": [', (1, 13), id="the end is missing"),
        pytest.param(b'\n{"notes":\n"a\x01"}', (3, 3), id="a control character"),
        pytest.param('{"notes": "日'.encode() + b'\xe9"}', (1, 13), id="a byte that is not UTF-8"),
    ],
)
def test_position_in_json(body: bytes, position: tuple[int, int]) -> None:
    """Line and column of a fault in JSON equal those in an editor."""
    with pytest.raises(UnreadablePostbackError) as raised:
        json_reader.parse(body)
    assert raised.value.position == position


@pytest.mark.parametrize("body", [b"", b"hello"], ids=["empty", "not XML"])
def test_no_position(body: bytes) -> None:
    """A fault without a single place has no position."""
    with pytest.raises(UnreadablePostbackError) as raised:
        parsing.parse(body)
    assert raised.value.position is None


@pytest.mark.parametrize("body", [b'{"id": 1, "id": 2}', b"[" * 20 + b"]" * 20], ids=["a name twice", "too deep"])
def test_no_position_in_json(body: bytes) -> None:
    """A fault of a whole JSON document has no position."""
    with pytest.raises(UnreadablePostbackError) as raised:
        json_reader.parse(body)
    assert raised.value.position is None


@pytest.mark.usefixtures("subscribed")
def test_position_of_a_fault_in_json_is_kept() -> None:
    """The rejected queue holds line and column of a fault in JSON."""
    ingest.receive(postback(b'{\n  "events": [oops]\n}'))
    [message] = sqs().receive_message(QueueUrl=os.environ["REJECTED_QUEUE_URL"], VisibilityTimeout=0)["Messages"]
    kept = json.loads(message["Body"])
    assert (kept["line"], kept["column"]) == (2, 14)


@pytest.mark.usefixtures("subscribed")
def test_position_is_kept_with_the_postback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rejected queue holds line and column beside the reason, and an operator sees the place."""
    monkeypatch.setattr(rejected_queue, "_WAIT_SECONDS", 0)
    result = ingest.receive(postback(BROKEN))
    [message] = sqs().receive_message(QueueUrl=os.environ["REJECTED_QUEUE_URL"], VisibilityTimeout=0)["Messages"]
    kept = json.loads(message["Body"])
    assert f"line {kept['line']}, column {kept['column']}" in str(result.detail)
    with reading(operators_stack()) as postbacks:
        [rejected] = postbacks
    assert (rejected.line, rejected.column) == (kept["line"], kept["column"])
    title, line, mark = str(excerpt(rejected)).splitlines()
    assert title == f"Line 3, column {kept['column']}: malformed-xml"
    assert line == "  <notes>oops</note>"
    assert line[len(mark) - 1 :].startswith(("/note", "note", "</note"))
