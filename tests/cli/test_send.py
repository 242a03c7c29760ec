"""`postbacks send`."""

from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.stack.terminal import HOSTILE, Postbacks, run
from tests.support.stored import stored

pytestmark = pytest.mark.usefixtures("no_events")


def test_send_a_sample_twice(postbacks: Postbacks, stack: Stack) -> None:
    """A sample becomes an event, and a copy is a duplicate: stdout holds the answer, stderr its status."""
    first, second = postbacks("send", "campaign-finished"), postbacks("send", "campaign-finished")
    (event_id,) = stored(stack)
    assert first.lines == [{"status": "accepted", "id": event_id}]
    assert second.lines == [{"status": "duplicate", "id": event_id}]
    assert "HTTP 200 OK" in first.err


def test_send_standard_input(postbacks: Postbacks, stack: Stack) -> None:
    """The user's own postback can be read from a pipe."""
    postback = "<call-finished><callid>71001</callid><notes>Sí, señor</notes></call-finished>"
    assert postbacks("send", "-", stdin=postback).status == 0
    (item,) = stored(stack).values()
    assert item["raw"].decode() == postback


def test_send_a_rejected_postback(postbacks: Postbacks, tmp_path: Path) -> None:
    """A rejected postback is shown as rejected and is a failure; so is a missing file."""
    (tmp_path / "broken.xml").write_text("<call-finished>")
    refused = postbacks("send", "broken.xml")
    assert (refused.status, refused.lines[0]["status"]) == (1, "rejected")
    missing = postbacks("send", "missing.xml")
    assert (missing.status, missing.out) == (1, "")
    assert "missing.xml is neither a sample" in missing.err


def test_send_shows_no_url(stack: Stack, tmp_path: Path) -> None:
    """A URL can be given without any stack; a URL that does not answer is not quoted, because it is a secret."""
    url = stack.postback_urls["callfinish"]
    assert run("send", "text-sent", variables=HOSTILE | {"POSTBACKS_URL": url}, cwd=tmp_path).status == 0
    silent = run("send", "text-sent", "--url", "http://127.0.0.1:9/secret", variables=HOSTILE, cwd=tmp_path)
    assert silent.status == 1
    assert "secret" not in silent.out + silent.err
