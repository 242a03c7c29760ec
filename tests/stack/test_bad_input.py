"""Invalid bodies through a live URL: each is kept, and answered with the reason."""

from typing import Final

import pytest

from local.stack import Stack
from tests.support.http import post, token_of
from tests.support.stored import stored
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")

CALL: Final = SAMPLES["call-finished"]


def doctype(declaration: str) -> bytes:
    """Return a document with a DOCTYPE."""
    return f"<!DOCTYPE call-finished {declaration}><call-finished><notes>&a;</notes></call-finished>".encode()


BOMB: Final = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("bcdefgh", "cdefgha", strict=True)
)

BAD: Final = {
    "empty": (b"", 202, "empty-body"),
    "whitespace": (b" \r\n\t", 202, "empty-body"),
    "truncated": (CALL[:-20], 202, "malformed-xml"),
    "two documents": (CALL + CALL, 202, "malformed-xml"),
    "HTML": (b"<!DOCTYPE html><html><body><p>Hello<br></body></html>", 202, "forbidden-doctype"),
    "HTML without DOCTYPE": (b"<html><body><p>Hello<br></body></html>", 202, "malformed-xml"),
    "JSON": (b'{"call-finished": {"callid": 111111}}', 202, "unknown-root"),
    "a DOCTYPE": (doctype('SYSTEM "http://127.0.0.1:1/x.dtd"'), 202, "forbidden-doctype"),
    "an entity bomb": (doctype(f'[<!ENTITY b "lol">{BOMB}]'), 202, "forbidden-doctype"),
    "an external entity": (doctype('[<!ENTITY a SYSTEM "file:///etc/passwd">]'), 202, "forbidden-doctype"),
    "deep nesting": (b"<call-finished>" + b"<a>" * 10_000 + b"</a>" * 5_000, 202, "too-complex"),
    "many siblings": (b"<call-finished>" + b"<a/>" * 10_000 + b"</call-finished>", 202, "too-complex"),
    "only NUL bytes": (b"\0" * 1_000, 202, "malformed-xml"),
    "another root": (b"<campaign-started><id>1</id></campaign-started>", 202, "unknown-root"),
    "a million nested elements": (b"<a>" * 1_000_000, 413, "too-large"),
    "a million siblings": (b"<call-finished>" + b"<a/>" * 1_000_000, 413, "too-large"),
    "ten megabytes": (CALL.replace(b"houston", b"x" * 10_000_000), 413, "too-large"),
    "just too large": (b" " * 65_537, 202, "too-large"),
}


@pytest.mark.parametrize(("body", "status", "reason"), BAD.values(), ids=BAD)
def test_bad_body_is_answered_by_whether_it_is_kept(stack: Stack, body: bytes, status: int, reason: str) -> None:
    """The answer is 2xx exactly if the body is kept; it gives the reason, without token or internals."""
    url = stack.postback_urls["callfinish"]
    answer = post(url, body)

    assert answer.status == status
    if status == 202:
        assert answer.content_type == "application/json"
        assert answer.json == {"status": "rejected", "reason": reason, "detail": answer.json["detail"]}
    else:
        assert answer.content_type == "application/problem+json"
        assert answer.json.keys() == {"type", "title", "status", "detail"}
        assert (answer.json["status"], answer.json["type"]) == (status, f"urn:callfire-postbacks:problem:{reason}")
    for internal in (token_of(url), "Traceback", "callfire_postbacks", ".py", "root:"):
        assert internal not in answer.text
    assert not stored(stack)


def test_pipeline_works_after_bad_input(stack: Stack) -> None:
    """A function that has refused the worst bodies accepts the next postback."""
    url = stack.postback_urls["callfinish"]
    for what in ("an entity bomb", "deep nesting", "a million siblings"):
        post(url, BAD[what][0])

    assert post(url, CALL).json["status"] == "accepted"
