"""The main road: each event stored and published once, and no postback lost, whatever fails."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from callfire_postbacks import envelope, event_topic, ingest, parking
from callfire_postbacks.postbacks import Outcome
from local.samples import SAMPLES
from tests.unit.building import CALL, normalize, postback
from tests.unit.conftest import Logged
from tests.unit.contents import consumed, consumer, items, parked, rejected, subscribe
from tests.unit.faults import KilledError, answering, kill, refusal, time_out

pytestmark = pytest.mark.usefixtures("subscribed")

OLD = ingest.IN_FLIGHT + timedelta(seconds=1)
YOUNG = ingest.IN_FLIGHT - timedelta(seconds=5)
EVENT_ID = normalize(CALL)["id"]
ACCEPTED = Outcome("accepted", EVENT_ID)
DUPLICATE = Outcome("duplicate", EVENT_ID)
PARKED = Outcome("parked")


@pytest.fixture
def subscribed(aws: None) -> None:  # noqa: ARG001  made first
    """The URL that postbacks come through is live."""
    subscribe()


def is_marked() -> bool:
    """Whether the only item is still to be published."""
    [item] = items()
    return "unpublished" in item


def test_accepted_is_stored_and_published() -> None:
    """An accepted postback is an item, settled, and a message that holds the same event."""
    queue = consumer()
    assert ingest.receive(postback()) == ACCEPTED
    [event] = consumed(queue)
    [item] = items()
    assert event["id"] == EVENT_ID
    assert event["data"] == normalize(CALL)["data"]
    assert item["event"]["M"]["recordedtime"]["S"] == event["recordedtime"]
    assert "published_at" in item
    assert not is_marked()


def test_accepted_costs_three_calls(aws_calls: list[str]) -> None:
    """A postback costs a warm function one put, one publication and one settlement, and no read."""
    ingest.receive(postback(SAMPLES["text-sent"]))
    aws_calls.clear()
    ingest.receive(postback())
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]


def test_all_samples_sent_twice() -> None:
    """Each of the documented postbacks, sent twice, is one item and one message."""
    queue = consumer()
    statuses = [ingest.receive(postback(body)).status for body in SAMPLES.values() for _ in range(2)]
    assert statuses == ["accepted", "duplicate"] * 4
    assert len(items()) == len(consumed(queue)) == 4


def test_two_subscriptions_make_one_event() -> None:
    """What comes through the URLs of the account and of a campaign is one event."""
    subscribe("callfinish-22222")
    first = postback()
    second = type(first)("callfinish-22222", first.token_hash, first.received_at, first.body)
    assert (ingest.receive(first), ingest.receive(second)) == (ACCEPTED, DUPLICATE)


def test_published_duplicate_costs_one_call(aws_calls: list[str]) -> None:
    """A duplicate is known by the refused put, which brings the earlier item along."""
    ingest.receive(postback(age=OLD))
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem"]


def test_duplicate_in_flight_is_left_to_the_first(aws_calls: list[str]) -> None:
    """A duplicate of an event whose receiver may still be publishing it is not published a second time."""
    with answering("sns.Publish", refusal("InternalError")):
        ingest.receive(postback(age=YOUNG))
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem"]
    assert is_marked()


def test_copies_that_meet_make_one_message() -> None:
    """A copy that comes between storing and publishing of the first leaves the publication to it."""
    queue = consumer()
    outcomes: list[Outcome] = []

    def second_copy(_: object) -> None:
        if not outcomes:
            outcomes.append(ingest.receive(postback()))

    with answering("sns.Publish", second_copy):
        assert ingest.receive(postback()) == ACCEPTED
    assert outcomes == [DUPLICATE]
    assert len(consumed(queue)) == 1


def test_duplicate_of_an_unpublished_event_repairs_it(aws_calls: list[str]) -> None:
    """A duplicate of an event that was left unpublished publishes it as it was stored, without a read."""
    queue = consumer()
    with answering("sns.Publish", refusal("InternalError")):
        first = postback(age=OLD)
        ingest.receive(first)
    aws_calls.clear()
    assert ingest.receive(postback()) == DUPLICATE
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]
    assert not is_marked()
    [event] = consumed(queue)
    assert event["recordedtime"] == envelope.utc(first.received_at)


def test_killed_between_storing_and_publishing() -> None:
    """What a function leaves that dies after storing is marked, and the next copy publishes it."""
    queue = consumer()
    with answering("sns.Publish", kill), pytest.raises(KilledError):
        ingest.receive(postback(age=OLD))
    assert is_marked()
    assert ingest.receive(postback()) == DUPLICATE
    assert len(consumed(queue)) == 1


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", [refusal("InternalError"), time_out], ids=["refuses", "times out"])
@pytest.mark.parametrize("operation", ["sns.Publish", "dynamodb.UpdateItem"])
def test_event_that_cannot_be_published_is_accepted(operation: str, fault: object, logged: Logged) -> None:
    """Where SNS or the settlement fails the postback is accepted, since it is stored, and its mark stays."""
    ingest.receive(postback(SAMPLES["text-sent"], age=OLD))  # so that the look-up is not what fails
    with answering(operation, fault):  # type: ignore[arg-type]  an Answer
        assert ingest.receive(postback()) == ACCEPTED
    assert [item["id"]["S"] for item in items() if "unpublished" in item] == [EVENT_ID]
    [line] = logged()
    assert (line["level"], line["event_id"]) == ("WARNING", EVENT_ID)


def test_publication_is_tried_once(aws_calls: list[str]) -> None:
    """The sender does not wait while SNS is asked again: that is the relay's work."""
    with answering("sns.Publish", refusal("InternalError", 500)):
        ingest.receive(postback())
    assert aws_calls.count("sns.Publish") == 1


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize(
    "fault",
    [refusal("AccessDeniedException"), refusal("InternalServerError", 500), time_out],
    ids=["no", "500", "slow"],
)
@pytest.mark.parametrize("operation", ["dynamodb.UpdateItem", "dynamodb.PutItem"])
def test_postback_that_cannot_be_stored_is_parked_whole(operation: str, fault: object) -> None:
    """Where DynamoDB fails, at the look-up or at the put, the message holds all it takes to go down the road later."""
    incoming = postback()
    with answering(operation, fault):  # type: ignore[arg-type]  an Answer
        assert ingest.receive(incoming) == PARKED
    [kept] = parked()
    assert (kept.subscription, kept.token_hash, kept.body) == (incoming.subscription, incoming.token_hash, CALL)
    assert envelope.utc(kept.received_at) == envelope.utc(incoming.received_at)
    assert ingest.process(kept) == ACCEPTED


def test_dynamodb_is_tried_twice(aws_calls: list[str], no_pauses: None) -> None:  # noqa: ARG001  no pauses
    """A put that fails once, for a reason that may pass, is tried again."""
    with answering("dynamodb.PutItem", refusal("InternalServerError", 500)):
        ingest.receive(postback())
    assert aws_calls.count("dynamodb.PutItem") == 2


def test_parked_postback_is_known_though_its_url_was_revoked() -> None:
    """A postback goes down the road by the time it came in, not by the time it is taken out of the queue."""
    now = datetime.now(UTC)
    subscribe(until=int(now.timestamp()) - 60)
    assert ingest.process(postback(age=timedelta(minutes=2))) == ACCEPTED
    assert ingest.process(postback()).status == "refused"


def test_unavailable_when_sqs_is_down_too(logged: Logged) -> None:
    """Where nothing durable can be written, that is the answer, and the log is loud about it."""
    with answering("dynamodb", refusal("AccessDeniedException")), answering("sqs", refusal("AccessDenied")):
        assert ingest.receive(postback()).status == "unavailable"
    assert [line["level"] for line in logged()] == ["ERROR", "CRITICAL"]


def test_unreadable_is_kept_with_its_reason(aws_calls: list[str]) -> None:
    """A postback that cannot be read is kept as it came, and is never stored."""
    incoming = postback(b"<call-finished>")
    outcome = ingest.receive(incoming)
    assert (outcome.status, outcome.reason) == ("rejected", "malformed-xml")
    assert "dynamodb.PutItem" not in aws_calls
    [(reason, kept)] = rejected()
    assert (reason, kept.body) == ("malformed-xml", incoming.body)


def test_unreadable_is_parked_when_it_cannot_be_rejected() -> None:
    """Where the rejected queue refuses, the parked queue is the next best."""
    url = os.environ["REJECTED_QUEUE_URL"]

    def refuse_rejected(request: object) -> object:
        return refusal("AccessDenied")(request) if url in str(getattr(request, "body", "")) else None  # type: ignore[arg-type]

    with answering("sqs.SendMessage", refuse_rejected):  # type: ignore[arg-type]
        assert ingest.receive(postback(b"{}")) == PARKED
    assert [kept.body for kept in parked()] == [b"{}"]


@pytest.mark.parametrize(
    ("size", "status", "is_kept"),
    [
        (ingest.MAX_BODY_BYTES, "accepted", False),
        (ingest.MAX_BODY_BYTES + 1, "too-large", True),
        (parking.MAX_BODY_BYTES, "too-large", True),
        (parking.MAX_BODY_BYTES + 1, "too-large", False),
    ],
)
def test_limit_of_a_body(size: int, status: str, *, is_kept: bool) -> None:
    """What is just too large to read is kept as long as a message holds it; beyond that only the answer says so."""
    frame = b"<call-finished><notes></notes></call-finished>"
    body = frame.replace(b"></notes", b">" + b"x" * (size - len(frame)) + b"</notes")
    assert len(body) == size
    assert ingest.receive(postback(body)).status == status
    assert [(reason, kept.body) for reason, kept in rejected()] == ([("too-large", body)] if is_kept else [])


@pytest.mark.parametrize("body", [CALL, b"{}", b"x" * 100_000])
def test_wrong_token_leaves_nothing(body: bytes) -> None:
    """What comes through a URL that is not live is kept nowhere, whatever it is."""
    assert ingest.receive(postback(body, token="w" * 43)) == Outcome("refused")
    assert (items(), parked(), rejected()) == ([], [], [])


def test_unexpected_error_parks_the_postback(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    """An error of our own costs no postback either; the log says which and where, and nothing of the data."""

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
    """What AWS refuses is named by operation and code, which is enough to look it up."""
    with answering("dynamodb.PutItem", refusal("AccessDeniedException")):
        ingest.receive(postback())
    [line] = logged()
    assert (line["operation"], line["code"]) == ("PutItem", "AccessDeniedException")


def test_unexpected_error_in_publishing_leaves_the_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of our own on the way to SNS leaves the event to the relay, stored and marked."""
    monkeypatch.setattr(event_topic, "attributes", lambda _: 1 / 0)
    assert ingest.receive(postback()) == ACCEPTED
    assert is_marked()
