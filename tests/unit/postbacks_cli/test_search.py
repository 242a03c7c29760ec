"""Find a postback anywhere by any of its ids, and read a selection of events."""

import itertools
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.outbox import store
from callfire_postbacks.parking import park, reject
from postbacks_cli.aws.stack import Stack
from postbacks_cli.events import scan, stored_events
from postbacks_cli.events.selection import Selection
from postbacks_cli.queues import rejected_queue
from postbacks_cli.search import find
from tests.support.aws.operators_stack import operators_stack
from tests.support.building import RECEIVED_AT, call, element, normalize, postback, postback_at
from tests.support.contents import items, parked, rejected

pytestmark = pytest.mark.usefixtures("aws")

_SEVERAL_PAGES: Final[dict[str, Any]] = {"Limit": 1}


@pytest.fixture
def stack(aws: None, monkeypatch: pytest.MonkeyPatch) -> Stack:  # noqa: ARG001  made first
    """Return the stack as an operator sees it, with queues that answer at once."""
    monkeypatch.setattr(rejected_queue, "_WAIT_SECONDS", 0)
    return operators_stack()


def store_call(**fields: str) -> str:
    """Store the event of a call, and return its id."""
    body = call(*(element(name, value) for name, value in fields.items()))
    event = normalize(body)
    assert store.put(event, postback_at(RECEIVED_AT, body)) is None
    return event["id"]


@pytest.fixture
def wanted() -> str:
    """Return the id of the one event that the search should find, among others."""
    store_call(callid="71002", campaignid="81002", phonenumber="2135550102")
    return store_call(callid="71001", campaignid="81001", phonenumber="2135550101", callstart="2026-03-01 12:00:00")


def age_back_to_before_the_index() -> None:
    """Change all items to the form of a release without the index of subjects."""
    for item in items():
        dynamodb().update_item(
            TableName=os.environ["EVENTS_TABLE"], Key={"id": item["id"]}, UpdateExpression="REMOVE subject_id"
        )


TEXTS: dict[str, Callable[[str], str]] = {
    "call id": lambda _: "71001",
    "campaign": lambda _: "81001",
    "phone number": lambda _: "(213) 555-0101",
    "E.164": lambda _: "+12135550101",
    "event id": lambda event_id: event_id,
    "event id in capitals": lambda event_id: event_id.upper(),
    "six digits of the event id": lambda event_id: event_id[:6],
    "with blanks": lambda _: " 71001 ",
}


@pytest.mark.parametrize("form", TEXTS)
def test_find_stored(form: str, stack: Stack, wanted: str) -> None:
    """A stored event is found by each of its ids, by a prefix of its own id, and by its number in any form."""
    found = find(stack, TEXTS[form](wanted))
    assert [item["id"] for item in found.items] == [wanted]
    assert (found.parked, found.rejected) == ([], [])


def test_call_stored_before_the_index_is_found(stack: Stack, wanted: str) -> None:
    """A call that an earlier release stored is found by a scan of the table, and the result says so."""
    age_back_to_before_the_index()
    found = find(stack, "71001")
    assert [item["id"] for item in found.items] == [wanted]
    assert any("whole table" in place for place in found.looked)


@pytest.mark.slow
@pytest.mark.parametrize("form", TEXTS)
def test_indexes_spare_the_table(form: str, stack: Stack, wanted: str) -> None:
    """What an index has, a prefix of an event's id included, is found without reading the whole table."""
    warnings: list[str] = []
    assert find(stack, TEXTS[form](wanted), warn=lambda: warnings.append("whole table"))
    assert warnings == []


@pytest.mark.parametrize("text", ["71009", "abcdef"])
def test_warning_before_the_table_is_read(text: str, stack: Stack, wanted: str) -> None:
    """The caller is warned before the whole table is read for what may be a call of an earlier release."""
    assert wanted
    calls: list[str] = []
    find(stack, text, warn=lambda: calls.append("whole table"), progress=lambda *_: calls.append("page"))
    assert calls.count("whole table") == 1
    assert calls[-1] == "page"


@pytest.mark.slow
@pytest.mark.parametrize("text", ["0" * 32, "(213) 555-0199", "+12135550199", "x' OR 1=1"])
def test_table_is_read_only_for_a_possible_call(text: str, stack: Stack, wanted: str) -> None:
    """The whole table is not read for a text that cannot be the id of a call."""
    assert wanted
    assert not any("whole table" in place for place in find(stack, text).looked)


def test_beginning_of_an_id_that_no_index_has(stack: Stack, wanted: str) -> None:
    """An event that is in no index is found by the beginning of its id too."""
    for item in items():
        remove = "REMOVE subject_id, campaign_id"
        dynamodb().update_item(TableName=os.environ["EVENTS_TABLE"], Key={"id": item["id"]}, UpdateExpression=remove)
    assert [item["id"] for item in find(stack, wanted[:6]).items] == [wanted]


@pytest.mark.parametrize("text", ["71009", "abcdef", "0" * 32, "71", "", "x' OR 1=1"], ids=repr)
def test_find_nothing(text: str, stack: Stack, wanted: str) -> None:
    """If nothing is found, the result is empty and names all places that were searched."""
    assert wanted
    found = find(stack, text)
    assert not found
    assert {"the parked queue", "the rejected queue"} <= set(found.looked)


def test_find_parked_and_rejected(stack: Stack) -> None:
    """A parked or rejected postback is found by its content, readable or not, and stays in its queue."""
    body = call(element("callid", "71001"), element("phonenumber", "12135550101"))
    park(postback(body))
    reject(postback(body + b"<"), "malformed-xml")
    reject(postback(b"<call-finished><callid>710010</callid>"), "malformed-xml")
    for text in ("71001", "213-555-0101"):
        found = find(stack, text)
        assert [one.postback for one in found.parked] == [body]
        assert [one.postback for one in found.rejected] == [body + b"<"]
    assert (len(parked()), len(rejected())) == (1, 2)


def test_find_shows_the_newest(stack: Stack) -> None:
    """Of many events the newest are returned, newest first."""
    ids = [store_call(callid=str(day), campaignid="81001", callstart=f"2026-03-0{day} 12:00:00") for day in range(1, 6)]
    assert [item["id"] for item in find(stack, "81001", limit=2).items] == [ids[4], ids[3]]


@pytest.mark.slow
@pytest.mark.parametrize("selection", [Selection(), Selection(campaign="81001"), Selection(phone="+12135550101")])
def test_select(selection: Selection, stack: Stack) -> None:
    """All events of a selection are read once, over any number of pages and segments."""
    ids = {
        store_call(callid=str(number), campaignid="81001", phonenumber="2135550101", notes="x" * 30_000)
        for number in range(120)
    }
    calls: list[int] = []
    found = [event["id"] for event in stored_events.select(stack, selection, lambda done, _: calls.append(done))]
    assert (len(found), set(found)) == (120, ids)
    assert calls[-1] == 120


def test_select_by_the_time_of_arrival(stack: Stack, wanted: str) -> None:
    """Events are selected by their time of arrival, however long ago they ended."""
    assert wanted
    before, after = RECEIVED_AT - timedelta(seconds=1), RECEIVED_AT + timedelta(seconds=1)
    assert len(list(stored_events.select(stack, Selection(received_since=before)))) == 2
    assert list(stored_events.select(stack, Selection(received_since=after))) == []
    assert len(list(stored_events.select(stack, Selection(received_since=before, campaign="81001")))) == 1


def test_small_table_is_read_in_one_request(stack: Stack, wanted: str) -> None:
    """A table of one page costs one request, so a short list is shown at once."""
    requests: list[dict[str, Any]] = []
    stack.aws.dynamodb.meta.events.register(
        "before-parameter-build.dynamodb.*", lambda params, **_: requests.append(params)
    )
    assert wanted in [item["id"]["S"] for item in scan.items(stack, {})]
    assert len(requests) == 1


def test_caller_that_stops_ends_the_scan(stack: Stack, wanted: str) -> None:
    """A caller that stops early leaves no running thread."""
    assert wanted
    threads = threading.active_count()
    reader = scan.items(stack, _SEVERAL_PAGES)
    assert len(list(itertools.islice(reader, 1))) == 1
    del reader
    assert threading.active_count() == threads


@pytest.mark.parametrize("where", ["the first page", "a segment"])
def test_error_of_a_scan_is_raised(where: str, stack: Stack, wanted: str) -> None:
    """If AWS refuses a scan, the error is raised instead of an empty result."""
    assert wanted

    def refuse(params: dict[str, Any], **_: object) -> None:
        if where == "the first page" or params.get("Segment") == 1:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "Not allowed."}}, "Scan")

    stack.aws.dynamodb.meta.events.register("before-parameter-build.dynamodb.Scan", refuse)
    with pytest.raises(ClientError):
        list(scan.items(stack, _SEVERAL_PAGES))
