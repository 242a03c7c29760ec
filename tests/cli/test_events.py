"""`postbacks events` and `show`."""

import json

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.terminal import Postbacks
from tests.support.stored import stored
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")


@pytest.fixture
def ids(stack: Stack) -> dict[str, str]:
    """Store the events of the four samples and return their ids by kind."""
    return {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}


def test_events_by_campaign_are_the_events_themselves(postbacks: Postbacks, ids: dict[str, str], stack: Stack) -> None:
    """JSON lines hold the stored events, newest first."""
    listed = postbacks("events", "--campaign", "22222", "--json").lines
    items = stored(stack)
    assert {event["id"] for event in listed} == set(ids.values())
    assert all(event == json.loads(json.dumps(items[event["id"]]["event"], default=int)) for event in listed)
    assert [event["time"] for event in listed] == sorted((event["time"] for event in listed), reverse=True)


def test_events_by_phone_number_as_people_write_it(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """Ten digits find numbers stored in E.164, and types and times narrow the result."""
    listed = postbacks("events", "--phone", "(213) 221-2289", "--until", "2011-01-01", "--json").lines
    assert [event["id"] for event in listed] == [ids["call-finished"]]
    by_type = postbacks("events", "--phone", "+12132212289", "--type", "text-sent", "--type", "text-received", "--json")
    assert {event["id"] for event in by_type.lines} == {ids["text-sent"], ids["text-received"]}


def test_events_as_a_table(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """Without options all events are listed up to a stated limit, one row each with its id."""
    table = postbacks("events", "--limit", "3")
    head, *rows = table.out.splitlines()
    assert head.split()[-1] == "id"
    assert len(rows) == 3
    assert {row.split()[-1] for row in rows} < set(ids.values())
    assert "newest 3" in table.err


def test_no_event(postbacks: Postbacks) -> None:
    """An empty result is a success with an empty stdout."""
    none = postbacks("events", "--campaign", "1", "--since", "2h")
    assert (none.status, none.out) == (0, "")
    assert "No event" in none.err


def test_show(postbacks: Postbacks, ids: dict[str, str], stack: Stack) -> None:
    """`show` gives the event, the unchanged postback, and the times of receipt and publication."""
    shown = postbacks("show", ids["text-sent"], "--json").lines[0]
    item = stored(stack)[ids["text-sent"]]
    assert shown["event"]["id"] == ids["text-sent"]
    assert shown["postback"] == SAMPLES["text-sent"].decode()
    assert shown["publication"] == {
        "received_at": item["received_at"],
        "subscription": "callfinish",
        "published_at": item["published_at"],
        "state": "published",
    }
    for_reading = postbacks("show", ids["text-sent"]).out
    assert '"message": "sent message"' in for_reading
    assert SAMPLES["text-sent"].decode() in for_reading
    assert item["published_at"] in for_reading


def test_show_raw(postbacks: Postbacks, ids: dict[str, str]) -> None:
    """On request only the postback is shown, byte for byte."""
    assert postbacks("show", ids["call-finished"], "--raw").out.encode() == SAMPLES["call-finished"]


def test_show_unknown(postbacks: Postbacks) -> None:
    """An unknown event id is a failure."""
    shown = postbacks("show", "0" * 32)
    assert (shown.status, shown.out) == (1, "")
