"""The pipeline stores and publishes each event once."""

import pytest

from callfire_events import envelope
from callfire_postbacks import ingest
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES, Result
from tests.support.aws.faults import KilledError, answering, kill, refusal
from tests.support.building import CALL, normalize, postback
from tests.support.contents import consumed, consumer, is_unpublished, items, parked, rejected, subscribe
from tests.support.pipeline import ACCEPTED, DUPLICATE, EVENT_ID, OLD, YOUNG
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("subscribed")


def test_accepted_is_stored_and_published() -> None:
    """An accepted postback becomes a published item and a message that holds the same event."""
    queue = consumer()
    assert ingest.receive(postback()) == ACCEPTED
    [event] = consumed(queue)
    [item] = items()
    assert event["id"] == EVENT_ID
    assert event["data"] == normalize(CALL)["data"]
    assert item["event"]["M"]["recordedtime"]["S"] == event["recordedtime"]
    assert "published_at" in item
    assert not is_unpublished()


def test_accepted_costs_three_calls(aws_calls: list[str]) -> None:
    """A postback costs a warm function one put, one publish and one `mark_published`, and no read."""
    ingest.receive(postback(SAMPLES["text-sent"]))
    aws_calls.clear()
    ingest.receive(postback())
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]


def test_all_samples_sent_twice() -> None:
    """Each documented postback, sent twice, becomes one item and one message."""
    queue = consumer()
    statuses = [ingest.receive(postback(body)).status for body in SAMPLES.values() for _ in range(2)]
    assert statuses == ["accepted", "duplicate"] * 4
    assert len(items()) == len(consumed(queue)) == 4


def test_two_subscriptions_make_one_event() -> None:
    """The same postback through the URLs of the account and of a campaign becomes one event."""
    subscribe("callfinish-22222")
    first = postback()
    second = type(first)("callfinish-22222", first.token_hash, first.received_at, first.body)
    assert (ingest.receive(first), ingest.receive(second)) == (ACCEPTED, DUPLICATE)


def test_published_duplicate_costs_one_call(aws_calls: list[str]) -> None:
    """The conditional put that fails for a duplicate also returns the earlier item."""
    ingest.receive(postback(age=OLD))
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem"]


def test_duplicate_in_flight_is_left_to_the_first(aws_calls: list[str]) -> None:
    """A duplicate is not published if the first receiver may still be publishing the event."""
    with answering("sns.Publish", refusal("InternalError")):
        ingest.receive(postback(age=YOUNG))
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem"]
    assert is_unpublished()


def test_copies_that_meet_make_one_message() -> None:
    """A copy that arrives between storing and publishing of the first leaves the publishing to the first."""
    queue = consumer()
    outcomes: list[Result] = []

    def second_copy(_: object) -> None:
        if not outcomes:
            outcomes.append(ingest.receive(postback()))

    with answering("sns.Publish", second_copy):
        assert ingest.receive(postback()) == ACCEPTED
    assert outcomes == [DUPLICATE]
    assert len(consumed(queue)) == 1


def test_duplicate_of_an_unpublished_event_repairs_it(aws_calls: list[str]) -> None:
    """A duplicate of an event that was left unpublished publishes the stored event, without a read."""
    queue = consumer()
    with answering("sns.Publish", refusal("InternalError")):
        first = postback(age=OLD)
        ingest.receive(first)
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]
    assert not is_unpublished()
    [event] = consumed(queue)
    assert event["recordedtime"] == envelope.format_timestamp(first.received_at)


def test_killed_between_storing_and_publishing() -> None:
    """If a function dies after storing, the event stays unpublished and the next copy publishes it."""
    queue = consumer()
    with answering("sns.Publish", kill), pytest.raises(KilledError):
        ingest.receive(postback(age=OLD))
    assert is_unpublished()
    assert ingest.receive(postback()) == DUPLICATE
    assert len(consumed(queue)) == 1


def test_unreadable_is_kept_with_its_reason(aws_calls: list[str]) -> None:
    """An unreadable postback is kept unchanged with its reason, and is never stored as an event."""
    incoming = postback(b"<call-finished>")
    outcome = ingest.receive(incoming)
    assert (outcome.status, outcome.reason) == ("rejected", "malformed-xml")
    assert "dynamodb.PutItem" not in aws_calls
    [(reason, kept)] = rejected()
    assert (reason, kept.body) == ("malformed-xml", incoming.body)


@pytest.mark.parametrize(
    ("size", "status", "is_kept"),
    [
        (ingest.MAX_BODY_BYTES, "accepted", False),
        (ingest.MAX_BODY_BYTES + 1, "rejected", True),
        (MAX_MESSAGE_BODY_BYTES, "rejected", True),
        (MAX_MESSAGE_BODY_BYTES + 1, "too-large", False),
    ],
)
def test_limit_of_a_body(size: int, status: str, *, is_kept: bool) -> None:
    """A body just beyond the limit is kept as long as it fits into a message; a larger one is only answered."""
    frame = b"<call-finished><notes></notes></call-finished>"
    body = frame.replace(b"></notes", b">" + b"x" * (size - len(frame)) + b"</notes")
    assert len(body) == size
    assert ingest.receive(postback(body)).status == status
    assert [(reason, kept.body) for reason, kept in rejected()] == ([("too-large", body)] if is_kept else [])


@pytest.mark.parametrize("body", [CALL, b"{}", b"x" * 100_000])
def test_wrong_token_leaves_nothing(body: bytes) -> None:
    """A postback through an unknown URL is kept nowhere."""
    assert ingest.receive(postback(body, token="w" * 43)) == Result("unknown-url")
    assert (items(), parked(), rejected()) == ([], [], [])
