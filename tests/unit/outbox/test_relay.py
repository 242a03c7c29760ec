"""The relay publishes stored events that are unpublished, each at least once, even if it is interrupted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from callfire_postbacks.ingest import IN_FLIGHT
from callfire_postbacks.outbox import relay, store
from tests.support.aws.faults import (
    KilledError,
    answering,
    kill,
    time_out,
)
from tests.support.contents import consumed, consumer
from tests.support.unpublished import NOTHING_LEFT, change, ids_of_unpublished, run_relay, store_events
from tests.unit.conftest import Logged

pytestmark = pytest.mark.usefixtures("aws", "no_pauses")


def test_publishes_and_marks_unpublished_events(logged: Logged) -> None:
    """The relay publishes each unpublished event, marks it as published, and counts the run in one log line."""
    queue, ids = consumer(), store_events(25)
    assert run_relay() == {"published": 25, **NOTHING_LEFT}
    assert sorted(event["id"] for event in consumed(queue)) == sorted(ids)
    assert ids_of_unpublished() == set()
    [line] = logged()
    assert (line["RelayPublished"], line["RelayFailed"], line["UnpublishedAge"]) == ([25.0], [0.0], [0.0])


def test_skips_an_event_that_receive_may_be_publishing() -> None:
    """The relay skips an event so young that receive may still be publishing it, and does not report it as late."""
    store_events(age=IN_FLIGHT - timedelta(seconds=5))
    assert run_relay() == {"published": 0, **NOTHING_LEFT}
    assert len(ids_of_unpublished()) == 1


@pytest.mark.slow
def test_ten_events_cost_one_publication_and_one_transaction(aws_calls: list[str]) -> None:
    """A backlog is published in batches and marked as published in transactions of the same size."""
    store_events(100)
    run_relay()
    most = len(store.PARTITIONS) + 100 // 10
    assert aws_calls.count("sns.PublishBatch") == aws_calls.count("dynamodb.TransactWriteItems") <= most


@pytest.mark.slow
def test_second_run_at_the_same_time_does_no_harm() -> None:
    """Two runs at once both succeed: each event is published at least once and marked as published."""
    queue, ids = consumer(), store_events(50)
    with ThreadPoolExecutor(2) as threads:
        for answer in threads.map(run_relay, [{}, {}]):
            assert answer["failed"] == 0
    assert {event["id"] for event in consumed(queue)} == set(ids)
    assert ids_of_unpublished() == set()


def test_event_that_is_published_twice_is_marked_once() -> None:
    """If the answer to `mark_published` is lost, the event is published again and nothing stays unpublished."""
    queue, [event_id] = consumer(), store_events()
    with answering("dynamodb.TransactWriteItems", time_out), pytest.raises(RuntimeError):
        run_relay()
    assert run_relay() == {"published": 1, **NOTHING_LEFT}
    assert [event["id"] for event in consumed(queue)] == [event_id] * 2


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["sns.PublishBatch", "dynamodb.TransactWriteItems"])
def test_killed_in_the_middle(operation: str) -> None:
    """If the relay dies before publishing or before marking, the next run publishes every unpublished event."""
    queue, ids = consumer(), store_events(20)
    with answering(operation, kill), pytest.raises(KilledError):
        run_relay()
    run_relay()
    assert {event["id"] for event in consumed(queue)} == set(ids)
    assert ids_of_unpublished() == set()


@pytest.mark.slow
def test_relay_stops_in_time() -> None:
    """The relay starts no batch without enough time for it, and reports the events that are left."""
    store_events(20)
    answer = run_relay(seconds_left=relay.RESERVE_SECONDS)
    assert answer["published"] == 0
    assert answer["oldest_seconds"] >= 60
    assert len(ids_of_unpublished()) == 20


def test_index_that_lags_behind_publishes_nothing_twice() -> None:
    """An event that a stale index still lists as unpublished is neither published again nor counted as late."""
    queue, [event_id] = consumer(), store_events()

    def publish_first(_: object) -> None:
        change(event_id, "REMOVE unpublished")

    with answering("dynamodb.BatchGetItem", publish_first):
        assert run_relay() == {"published": 0, **NOTHING_LEFT}
    assert consumed(queue) == []
