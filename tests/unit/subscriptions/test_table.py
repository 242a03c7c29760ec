"""The subscription records: concurrent changes, and when expired URLs are removed."""

import time
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.table import change, read
from callfire_postbacks.subscriptions.transitions import KEEP_SECONDS
from tests.support.aws.faults import answering, refusal
from tests.support.fake_callfire import Server
from tests.support.subscribing import CALLFINISH, subscribe


@pytest.mark.usefixtures("fake_callfire")
def test_ended_urls_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired URL is kept while one of its postbacks may still be parked; the next change then removes it."""
    subscribe()
    lifecycle.unsubscribe(CALLFINISH)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS - 2)
    assert len(subscribe().tokens) == 2
    monkeypatch.setattr("time.time", lambda: now + KEEP_SECONDS + 2)
    assert len(subscribe().tokens) == 2  # the first is removed, the second and third are kept


def test_record_without_a_live_url_expires(fake_callfire: Server) -> None:
    """DynamoDB deletes only records of subscriptions that ended long ago."""
    assert subscribe().expires_at is None
    record, _ = lifecycle.unsubscribe(CALLFINISH)
    assert record.expires_at
    assert abs(record.expires_at - time.time() - KEEP_SECONDS) < 5
    assert fake_callfire.account.urls == {}


@pytest.mark.usefixtures("fake_callfire")
def test_changes_at_the_same_time() -> None:
    """A change written by another caller in between is kept: the edit is applied again on top of it."""
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
    """A change that loses every race is given up after a few attempts, and any other refusal at once."""
    edits = []

    def edit(record: Record) -> Record:
        edits.append(record)
        return record

    with answering("dynamodb.UpdateItem", refusal(code)), pytest.raises(ClientError):
        change(CALLFINISH, edit)
    assert len(edits) == calls
