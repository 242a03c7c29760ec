"""The pipeline under faults: no postback is lost, and no event stays unpublished forever."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from callfire_events import envelope
from callfire_postbacks import ingest
from callfire_postbacks.outbox import topic
from tests.support.aws.faults import FAULTS, Answer, KilledError, answering, first, kill, lose, only_for, refusal
from tests.support.building import CALL, postback
from tests.support.contents import consumed, consumer, is_unpublished, items, parked, rejected, subscribe
from tests.support.pipeline import ACCEPTED, DUPLICATE, EVENT_ID, OLD, PARKED
from tests.support.unpublished import run_relay
from tests.unit.conftest import Logged
from tools.samples import SAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("subscribed")]

with_every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
def test_event_that_sns_does_not_take_is_accepted(fault: Answer, logged: Logged) -> None:
    """If SNS fails, the postback is accepted because it is stored; the relay publishes it later."""
    queue = consumer()
    with answering("sns.Publish", fault):
        assert ingest.receive(postback(age=OLD)) == ACCEPTED
    assert is_unpublished()
    [line] = logged()
    assert (line["level"], line["event_id"]) == ("WARNING", EVENT_ID)
    assert run_relay()["published"] == 1
    assert {event["id"] for event in consumed(queue)} == {EVENT_ID}
    assert not is_unpublished()


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
def test_event_that_cannot_be_marked_is_accepted(fault: Answer, logged: Logged) -> None:
    """If marking as published fails, the postback is accepted; the relay publishes again unless the write happened."""
    queue = consumer()
    ingest.receive(postback(SAMPLES["text-sent"], age=OLD))  # so that only marking fails, and not the lookup
    with answering("dynamodb.UpdateItem", fault):
        assert ingest.receive(postback(age=OLD)) == ACCEPTED
    [line] = logged()
    assert (line["level"], line["event_id"]) == ("WARNING", EVENT_ID)
    again = run_relay()["published"]
    assert again == (0 if fault is lose else 1)
    assert [event["id"] for event in consumed(queue)].count(EVENT_ID) == 1 + again
    assert not [item for item in items() if "unpublished" in item]


def test_publication_is_tried_once(aws_calls: list[str]) -> None:
    """Receive tries SNS only once, so that the sender does not wait; retries are the relay's work."""
    with answering("sns.Publish", refusal("InternalError", 500)):
        ingest.receive(postback())
    assert aws_calls.count("sns.Publish") == 1


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
@pytest.mark.parametrize("operation", ["dynamodb.UpdateItem", "dynamodb.PutItem"])
def test_postback_that_cannot_be_stored_is_parked_whole(operation: str, fault: Answer) -> None:
    """If DynamoDB fails at the lookup or the put, the parked message holds everything needed to process it later."""
    queue = consumer()
    incoming = postback(age=OLD)
    with answering(operation, fault):
        assert ingest.receive(incoming) == PARKED
    [kept] = parked()
    assert (kept.subscription, kept.token_hash, kept.body) == (incoming.subscription, incoming.token_hash, CALL)
    assert envelope.format_timestamp(kept.received_at) == envelope.format_timestamp(incoming.received_at)
    stored_already = fault is lose and operation == "dynamodb.PutItem"
    assert ingest.process(kept) == (DUPLICATE if stored_already else ACCEPTED)
    assert not is_unpublished()
    assert [event["id"] for event in consumed(queue)] == [EVENT_ID]


@pytest.mark.usefixtures("no_pauses")
def test_put_whose_answer_is_lost_is_accepted() -> None:
    """A put whose answer is lost and that is retried is no duplicate: the event is published at once."""
    queue = consumer()
    with answering("dynamodb.PutItem", first(1, lose)):
        assert ingest.receive(postback()) == ACCEPTED
    assert not is_unpublished()
    assert len(consumed(queue)) == 1


@pytest.mark.parametrize("operation", ["dynamodb.UpdateItem", "dynamodb.PutItem"])
def test_killed_before_storing(operation: str) -> None:
    """A function that dies before storing leaves nothing and sends no answer, so the next copy is the first."""
    with answering(operation, kill), pytest.raises(KilledError):
        ingest.receive(postback())
    assert (items(), parked()) == ([], [])
    assert ingest.receive(postback()) == ACCEPTED


@pytest.mark.parametrize("operation", ["sns.Publish", "dynamodb.UpdateItem"])
def test_killed_after_storing(operation: str) -> None:
    """A function that dies after storing or after publishing leaves the event to the relay."""
    queue = consumer()
    ingest.receive(postback(SAMPLES["text-sent"], age=OLD))  # so that it does not die at the lookup
    with answering(operation, kill), pytest.raises(KilledError):
        ingest.receive(postback(age=OLD))
    assert run_relay()["published"] == 1
    assert EVENT_ID in {event["id"] for event in consumed(queue)}
    assert not [item for item in items() if "unpublished" in item]


def test_dynamodb_is_tried_twice(aws_calls: list[str], no_pauses: None) -> None:  # noqa: ARG001  no pauses
    """A put that fails once for a transient reason is retried."""
    with answering("dynamodb.PutItem", refusal("InternalServerError", 500)):
        ingest.receive(postback())
    assert aws_calls.count("dynamodb.PutItem") == 2


def test_parked_postback_is_accepted_after_its_url_was_revoked() -> None:
    """The time of arrival decides about a parked postback: its URL may end before drain processes it."""
    now = datetime.now(UTC)
    subscribe(until=int(now.timestamp()) - 60)
    assert ingest.process(postback(age=timedelta(minutes=2))) == ACCEPTED
    assert ingest.process(postback()).status == "unknown-url"


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
def test_unavailable_when_sqs_is_down_too(fault: Answer, logged: Logged) -> None:
    """If no durable write succeeds, the answer is 503 and the log reports an error."""
    with answering("dynamodb", fault), answering("sqs", fault):
        assert ingest.receive(postback()).status == "unavailable"
    assert [line["level"] for line in logged()] == ["ERROR", "CRITICAL"]


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
def test_unreadable_is_unavailable_when_sqs_is_down(fault: Answer) -> None:
    """An unreadable postback is answered with its reason only once it is kept."""
    with answering("sqs", fault):
        assert ingest.receive(postback(b"{}")).status == "unavailable"
    assert ingest.receive(postback(b"{}")).status == "rejected"
    assert rejected()


@pytest.mark.usefixtures("no_pauses")
@with_every_fault
def test_unreadable_is_parked_when_it_cannot_be_rejected(fault: Answer) -> None:
    """If the rejected queue fails, an unreadable postback goes to the parked queue."""
    with answering("sqs.SendMessage", only_for(os.environ["REJECTED_QUEUE_URL"], fault)):
        assert ingest.receive(postback(b"{}")) == PARKED
    assert [kept.body for kept in parked()] == [b"{}"]


def test_unexpected_error_parks_the_postback(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    """An unexpected error parks the postback; the log names the error and its place, and holds no data."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError("invalid number: +12132212289")

    monkeypatch.setattr(ingest, "normalize", fail)
    assert ingest.receive(postback()) == PARKED
    assert [kept.body for kept in parked()] == [CALL]
    [line] = logged()
    assert (line["level"], line["error"]) == ("ERROR", "ValueError")
    assert line["at"].startswith("ingest.py:")
    assert "2132212289" not in json.dumps(line)


def test_log_names_operation_and_code_of_a_refusal(logged: Logged) -> None:
    """If AWS refuses a call, the log names the operation and the error code."""
    with answering("dynamodb.PutItem", refusal("AccessDeniedException")):
        ingest.receive(postback())
    [line] = logged()
    assert (line["operation"], line["code"]) == ("PutItem", "AccessDeniedException")


def test_unexpected_error_in_publishing_leaves_it_unpublished(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error while publishing leaves the event stored and unpublished, for the relay."""
    monkeypatch.setattr(topic, "attributes", lambda _: 1 / 0)
    assert ingest.receive(postback()) == ACCEPTED
    assert is_unpublished()
