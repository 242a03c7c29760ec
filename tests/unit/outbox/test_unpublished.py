"""Unpublished events are found through a sparse index, newest first, and as the items themselves say."""

from datetime import UTC, datetime, timedelta

import pytest

from callfire_postbacks.outbox import unpublished
from callfire_postbacks.outbox.store import PARTITIONS
from callfire_postbacks.outbox.unpublished import Page, UnpublishedEvent
from tests.support.aws.faults import answering, unprocessed
from tests.support.unpublished import change, store_events

pytestmark = pytest.mark.usefixtures("aws")

ASKED_AT = "2026-01-01T00:00:00.000Z"


def pages(*, before: datetime | None = None) -> list[Page]:
    """Return the unpublished events of all partitions, page by page."""
    until = before or datetime.now(UTC)
    return [page for partition in PARTITIONS for page in unpublished.pages(partition, before=until)]


def found(*, before: datetime | None = None) -> list[UnpublishedEvent]:
    """Return the unpublished events of all partitions."""
    return [event for page in pages(before=before) for event in page.events]


def test_all_parts_have_all_events() -> None:
    """An event is found whatever its id begins with, as it is stored and with the time since it is unpublished."""
    ids = store_events(40)
    events = found()
    assert {waiting.event["id"] for waiting in events} == set(ids)
    assert {(waiting.replay, waiting.published_before) for waiting in events} == {(None, False)}
    assert all(waiting.waiting_since < datetime.now(UTC) - timedelta(seconds=30) for waiting in events)


def test_pages_are_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest events are read first, and no event is lost between two pages."""
    monkeypatch.setattr(unpublished, "_PAGE", 2)
    ids = [one for one in store_events(60) if one.startswith("a")]
    read = list(unpublished.pages("a", before=datetime.now(UTC)))
    newest_first = [{one["id"] for one in (waiting.event for waiting in page.events)} for page in read]
    assert newest_first == [set(ids[::-1][start : start + 2]) for start in range(0, len(ids), 2)]
    assert len(newest_first) > 1


def test_younger_ones_are_left_out() -> None:
    """Events received after a given time are left out."""
    now = datetime.now(UTC)
    store_events(age=timedelta(seconds=29))
    [old] = store_events(age=timedelta(seconds=31), campaign="33333")
    assert [waiting.event["id"] for waiting in found(before=now - timedelta(seconds=30))] == [old]


@pytest.mark.parametrize("published_before", [True, False])
def test_replay_waits_since_it_was_asked_for(*, published_before: bool) -> None:
    """A replay tells when it was requested, and whether the event was published before."""
    [event_id] = store_events()
    change(event_id, "SET replay = :asked_at", asked_at={"S": ASKED_AT})
    if published_before:
        change(event_id, "SET published_at = :at", at={"S": ASKED_AT})
    [waiting] = found()
    assert (waiting.replay, waiting.published_before) == (ASKED_AT, published_before)
    assert waiting.waiting_since == datetime.fromisoformat(ASKED_AT)


def test_oldest() -> None:
    """The oldest of a partition is the item that was received first, even if it holds no event."""
    ids = store_events(40)
    of_part = [one for one in ids if one[0] == ids[0][0]]
    before = datetime.now(UTC)
    oldest = unpublished.oldest(ids[0][0], before=before)
    assert oldest == min(waiting.waiting_since for waiting in found() if waiting.event["id"] in of_part)
    change(ids[0], "REMOVE event")
    assert unpublished.oldest(ids[0][0], before=before) == oldest


def test_oldest_of_nothing() -> None:
    """A partition that is empty, or lists only events that are published by now, has no oldest."""
    [event_id] = store_events()
    before = datetime.now(UTC)
    (other, *_) = set(PARTITIONS) - {event_id[0]}
    assert unpublished.oldest(other, before=before) is None
    with answering("dynamodb.BatchGetItem", lambda _: change(event_id, "REMOVE unpublished")):
        assert unpublished.oldest(event_id[0], before=before) is None


def test_item_that_cannot_be_read_now_is_named() -> None:
    """An item that DynamoDB leaves out because of throttling is named, and stays unpublished."""
    ids = store_events(3)
    before = datetime.now(UTC)
    with answering("dynamodb.BatchGetItem", unprocessed):
        assert sorted(one for page in pages() for one in page.unreadable) == sorted(ids)
        assert unpublished.oldest(ids[0][0], before=before) is not None
    assert {waiting.event["id"] for waiting in found()} == set(ids)
