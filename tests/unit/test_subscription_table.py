"""The records of subscriptions: changes on top of each other, and what is forgotten when."""

import time
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.record import KEEP_SECONDS, Record
from callfire_postbacks.subscriptions.table import change, read
from tests.support.aws_faults import answering, refusal
from tests.support.fake_callfire import Server
from tests.support.subscribing import CALLFINISH, subscribe


@pytest.mark.usefixtures("fake_callfire")
def test_ended_urls_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL is known while something that came through it may be waiting; then the next change removes it."""
    subscribe()
    lifecycle.unsubscribe(CALLFINISH)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS - 2)
    assert len(subscribe().tokens) == 2
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS + 2)
    assert len(subscribe().tokens) == 2  # the first is gone, the second and third are there


def test_record_without_a_live_url_expires(fake_callfire: Server) -> None:
    """DynamoDB deletes the record of what has long been unsubscribed, and of nothing else."""
    assert subscribe().expires_at is None
    record, _ = lifecycle.unsubscribe(CALLFINISH)
    assert record.expires_at
    assert abs(record.expires_at - time.time() - KEEP_SECONDS) < 5
    assert fake_callfire.account.urls == {}


@pytest.mark.usefixtures("fake_callfire")
def test_changes_at_the_same_time() -> None:
    """A change that was written in between is not lost: the edit is applied again on top of it."""
    subscribe()
    interfered: list[Record] = []

    def edit(record: Record) -> Record:
        if not interfered:
            interfered.append(change(CALLFINISH, lambda record: replace(record, tokens=record.tokens | {"first": 0})))
        return replace(record, tokens=record.tokens | {"second": 0})

    change(CALLFINISH, edit)
    record = read(CALLFINISH)
    assert record
    assert {"first", "second"} <= record.tokens.keys()


@pytest.mark.usefixtures("fake_callfire")
@pytest.mark.parametrize(("code", "calls"), [("ConditionalCheckFailedException", 5), ("AccessDeniedException", 1)])
def test_change_that_cannot_be_written(code: str, calls: int) -> None:
    """A change that loses every time is given up on after a few, and any other refusal at once."""
    edits = []

    def edit(record: Record) -> Record:
        edits.append(record)
        return record

    with answering("dynamodb.UpdateItem", refusal(code)), pytest.raises(ClientError):
        change(CALLFINISH, edit)
    assert len(edits) == calls
