"""The relay while AWS fails: it retries, and one event that fails does not block the others."""

from datetime import timedelta
from typing import Any

import pytest

from callfire_postbacks.outbox import batches, store, unpublished
from tests.support.aws.faults import FAULTS, Answer, all_but, answering, first, only_for, refusal
from tests.support.contents import consumed, consumer
from tests.support.unpublished import NOTHING_LEFT, change, ids_of_unpublished, run_relay, store_events
from tests.unit.conftest import Logged

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("aws", "no_pauses")]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_short_refusal_is_retried_in_the_same_run(fault: Answer) -> None:
    """A batch that SNS refuses twice is published in the same run."""
    store_events()
    with answering("sns.PublishBatch", first(2, fault)):
        assert run_relay() == {"published": 1, **NOTHING_LEFT}


def test_long_refusal_leaves_it_to_the_next_run(aws_calls: list[str], logged: Logged) -> None:
    """If SNS keeps refusing, the run gives up the partition and reports the age of its oldest unpublished event."""
    store_events(20, age=timedelta(minutes=10))
    with answering("sns.PublishBatch", refusal("Throttling")):
        answer = run_relay()
    assert (answer["published"], answer["failed"]) == (0, 0)
    assert answer["oldest_seconds"] == pytest.approx(600, abs=60)
    assert logged()[-1]["UnpublishedAge"] == [answer["oldest_seconds"]]
    assert aws_calls.count("sns.PublishBatch") <= 3 * len(store.PARTITIONS)
    assert run_relay()["published"] == 20


def test_batch_without_an_accepted_message_is_retried() -> None:
    """A batch request that succeeds although SNS refuses every message is retried like any other refusal."""
    [event_id] = store_events()
    with answering("sns.PublishBatch", first(2, all_but(event_id, sender_fault=False))):
        assert run_relay() == {"published": 1, **NOTHING_LEFT}


def test_rest_of_a_partly_accepted_batch_waits() -> None:
    """If SNS accepts only some messages of a batch, the rest stay unpublished until the next run."""
    ids = store_events(20)
    refused = ids[7]
    with answering("sns.PublishBatch", only_for(refused, all_but(refused, sender_fault=False))):
        assert run_relay()["published"] == 19
    assert ids_of_unpublished() == {refused}
    assert run_relay() == {"published": 1, **NOTHING_LEFT}


def test_repeatedly_refused_event_blocks_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that SNS keeps refusing does not block older events of its partition."""
    monkeypatch.setattr(unpublished, "_PAGE", 2)
    ids = store_events(80)
    newest = ids[-1]
    with answering("sns.PublishBatch", only_for(newest, all_but(newest, sender_fault=False))):
        assert run_relay()["published"] == 79
    assert ids_of_unpublished() == {newest}


@pytest.mark.parametrize("whole_batch", [True, False])
def test_unacceptable_event_blocks_no_other(logged: Logged, *, whole_batch: bool) -> None:
    """An event that SNS never accepts stays unpublished and is named in the log; all others are published."""
    ids = store_events(40)
    unacceptable = ids[13]
    fault = refusal("InvalidParameter") if whole_batch else all_but(unacceptable, sender_fault=True)
    with answering("sns.PublishBatch", only_for(unacceptable, fault)):
        answer = run_relay()
    assert (answer["published"], answer["failed"]) == (39, 1)
    assert ids_of_unpublished() == {unacceptable}
    lines = logged()
    assert [line["event_id"] for line in lines if line.get("level") == "ERROR"] == [unacceptable]
    assert lines[-1]["RelayFailed"] == [1.0]


@pytest.mark.parametrize(
    ("expression", "values", "line"),
    [
        ("REMOVE event", {}, "Item holds no event"),
        ("SET event = :empty", {"empty": {"M": {"id": {"S": "?"}}}}, "Event cannot be made a message"),
    ],
)
def test_damaged_item_blocks_no_other(expression: str, values: dict[str, Any], line: str, logged: Logged) -> None:
    """A damaged item stays unpublished and is reported; all other events are published."""
    damaged, *_ = store_events(40)
    change(damaged, expression, **values)
    answer = run_relay()
    assert (answer["published"], answer["failed"]) == (39, 1)
    assert answer["oldest_seconds"] >= 60
    assert ids_of_unpublished() == {damaged}
    assert line in {one.get("message") for one in logged()}


def test_unreadable_partition_blocks_no_other(logged: Logged) -> None:
    """If one partition of the index cannot be read, the others are published and the run fails without an age."""
    ids = store_events(40)
    part = ids[0][0]

    refuse_part = only_for(f'{{"S": "{part}"}}', refusal("AccessDeniedException"))
    with answering("dynamodb.Query", refuse_part), pytest.raises(RuntimeError, match="does not answer"):
        run_relay()
    assert ids_of_unpublished() == {one for one in ids if one[0] == part}
    lines = logged()
    assert [line["partition"] for line in lines if line.get("level") == "ERROR"] == [part]
    assert "UnpublishedAge" not in lines[-1]


def test_failed_marking_stops_its_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partition stops at its first batch that cannot be marked as published, because each run would repeat it."""
    monkeypatch.setattr(batches, "_MAX_BATCH", 1)
    queue = consumer()
    store_events(48)
    with answering("dynamodb.TransactWriteItems", refusal("AccessDeniedException")), pytest.raises(RuntimeError):
        run_relay()
    assert len(consumed(queue)) <= len(store.PARTITIONS)
    assert len(ids_of_unpublished()) == 48
    assert run_relay()["published"] == 48
