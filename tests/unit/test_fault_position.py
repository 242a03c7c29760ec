"""Where a rejected postback has its fault."""

import json
import os

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.formats import xml
from postbacks_cli.fault import excerpt
from postbacks_cli.rejected_queue import reading
from tests.support.building import postback
from tests.support.operators_stack import operators_stack

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
    """Line and column are those that an editor shows, whatever was stripped before."""
    with pytest.raises(xml.UnreadablePostbackError) as raised:
        xml.parse(body)
    assert raised.value.position == position


@pytest.mark.parametrize("body", [b"", b"hello"], ids=["empty", "not XML"])
def test_no_position(body: bytes) -> None:
    """A fault that is in no one place has none."""
    with pytest.raises(xml.UnreadablePostbackError) as raised:
        xml.parse(body)
    assert raised.value.position is None


@pytest.mark.usefixtures("subscribed")
def test_position_is_kept_with_the_postback() -> None:
    """The rejected queue holds line and column beside the reason, and an operator sees the place."""
    result = ingest.receive(postback(BROKEN))
    [message] = sqs().receive_message(QueueUrl=os.environ["REJECTED_QUEUE_URL"], VisibilityTimeout=0)["Messages"]
    kept = json.loads(message["Body"])
    assert f"line {kept['line']}, column {kept['column']}" in str(result.detail)
    with reading(operators_stack()) as postbacks:
        [rejected] = postbacks
    assert (rejected.line, rejected.column) == (kept["line"], kept["column"])
    said, line, mark = str(excerpt(rejected)).splitlines()
    assert said == f"Line 3, column {kept['column']}: malformed-xml"
    assert line == "  <notes>oops</note>"
    assert line[len(mark) - 1 :].startswith(("/note", "note", "</note"))
