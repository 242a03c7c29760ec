"""`postbacks find`, `stats` and `export` on the deployed local stack, and commands that find nothing to do."""

import csv
import io
from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post, url_of
from tests.support.stack.terminal import HOSTILE, Postbacks, run
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")


@pytest.fixture
def ids(stack: Stack, no_events: None) -> dict[str, str]:  # noqa: ARG001  emptied first
    """Store the events of the four samples and return their ids by kind."""
    return {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}


def test_find_by_call_id(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """A call or text id finds all of its events, each as `show` shows it."""
    found = postbacks("find", "111111", "--json").lines
    assert {each["event"]["id"] for each in found} == {ids[kind] for kind in ids if kind != "campaign-finished"}
    shown = postbacks("show", ids["text-sent"], "--json").lines[0]
    assert shown in found
    assert '"message": "sent message"' in postbacks("find", "111111").out


@pytest.mark.parametrize("text", ["(213) 221-2289", "22222", "id", "prefix"])
def test_find_by_other_things(text: str, postbacks: Postbacks, ids: dict[str, str]) -> None:
    """A number in any form, a campaign, an event id and its first six characters also find it."""
    meant = {"id": ids["call-finished"], "prefix": ids["call-finished"][:6]}.get(text, text)
    found = {each["event"]["id"] for each in postbacks("find", meant, "--json").lines}
    assert ids["call-finished"] in found


def test_find_rejected(postbacks: Postbacks, stack: Stack) -> None:
    """An unreadable postback is found by its content, with the place of its fault."""
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])
    post(url_of(stack, "call-finished"), b"<call-finished>\n<callid>7654321</callid>\n</call>")
    [found] = postbacks("find", "7654321", "--json").lines
    assert (found["queue"], found["reason"], found["line"], found["column"]) == ("rejected", "malformed-xml", 3, 3)
    [row] = postbacks("rejected").out.splitlines()[1:]
    assert "3:3" in row.split()
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])


def test_search_without_a_result_names_all_places(postbacks: Postbacks) -> None:
    """A search without a result fails and names all places."""
    none = postbacks("find", "999999999")
    assert (none.status, none.out) == (1, "")
    assert all(place in none.err for place in ("events", "parked queue", "rejected queue"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "--id", "nosuch", "--yes"),
        ("replay", "--campaign", "nosuch", "--dry-run"),
        ("rejected", "--reason", "nosuch"),
        ("redrive", "--reason", "nosuch"),
    ],
    ids=" ".join,
)
def test_command_without_a_target_fails(arguments: tuple[str, ...], postbacks: Postbacks) -> None:
    """A command that finds none of its targets ends with 1 and says so."""
    ended = postbacks(*arguments)
    assert (ended.status, ended.out) == (1, "")
    assert "No event" in ended.err or "No postback" in ended.err


def test_stats(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """Calls, texts and replies are counted by the requested grouping."""
    assert ids
    [row] = postbacks("stats", "--by", "campaign", "--json").lines
    assert row == {"campaign": "22222", "calls": 1, "reached": 2, "failed": 0, "texts": 1, "replies": 1}
    assert "2010-03-24 15:00" in postbacks("stats", "--by", "hour", "--time-zone", "America/Los_Angeles").out


def test_export(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """A CSV has a row for each event."""
    rows = list(csv.DictReader(io.StringIO(postbacks("export", "--received-since", "1h").out)))
    assert {row["id"] for row in rows} == set(ids.values())


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("terminal", ["dumb", "xterm"])
@pytest.mark.parametrize("command", ["events", "stats", "subscriptions"])
def test_tables_fit_80_columns(command: str, terminal: str, stack: Stack, tmp_path: Path, state_dir: Path) -> None:
    """No line of a table is longer than 80 columns."""
    assert stack.outputs
    variables = HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir), "TERM": terminal}
    out = run(command, variables=variables, cwd=tmp_path).out
    assert out
    assert max(map(len, out.splitlines())) <= 80


def test_send_after_unsubscribing(postbacks: Postbacks, stack: Stack, fake_callfire: FakeCallFire) -> None:
    """After another subscription `send` posts to the current URL, and each variation becomes its own event."""
    assert postbacks("unsubscribe", "callfinish", "--yes").status == 0
    assert postbacks("subscribe", "callfinish").status == 0
    stack.postback_urls["callfinish"] = fake_callfire.urls()["callfinish"]  # for the tests after this one
    sent = postbacks("send", "call-finished", "--set", "callid=random", "--set", "disposition=BUSY", "--count", "3")
    assert sent.status == 0, sent.err
    assert [line["status"] for line in sent.lines] == ["accepted"] * 3
    assert len(postbacks("events", "--outcome", "busy", "--json").lines) == 3
