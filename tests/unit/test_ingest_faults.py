"""The main road where something fails: no postback is lost, and no event remains unpublished for good."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from callfire_postbacks import envelope, event_topic, ingest
from callfire_postbacks.postbacks import Outcome
from local.samples import SAMPLES
from tests.unit.building import CALL, normalize, postback
from tests.unit.conftest import Logged
from tests.unit.contents import items, parked, subscribe
from tests.unit.faults import Answer, answering, refusal, time_out

pytestmark = pytest.mark.usefixtures("subscribed")

OLD = ingest.IN_FLIGHT + timedelta(seconds=1)
YOUNG = ingest.IN_FLIGHT - timedelta(seconds=5)
EVENT_ID = normalize(CALL)["id"]
ACCEPTED = Outcome("accepted", EVENT_ID)
DUPLICATE = Outcome("duplicate", EVENT_ID)
PARKED = Outcome("parked")


def is_marked() -> bool:
    """Whether the only item is still to be published."""
    [item] = items()
    return "unpublished" in item


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", [refusal("InternalError"), time_out], ids=["refuses", "times out"])
@pytest.mark.parametrize("operation", ["sns.Publish", "dynamodb.UpdateItem"])
def test_event_that_cannot_be_published_is_accepted(operation: str, fault: Answer, logged: Logged) -> None:
    """Where SNS or the settlement fails the postback is accepted, since it is stored, and its mark stays."""
    ingest.receive(postback(SAMPLES["text-sent"], age=OLD))  # so that the look-up is not what fails
    with answering(operation, fault):
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
def test_postback_that_cannot_be_stored_is_parked_whole(operation: str, fault: Answer) -> None:
    """Where DynamoDB fails, at the look-up or at the put, the message holds all it takes to go down the road later."""
    incoming = postback()
    with answering(operation, fault):
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


def test_unreadable_is_parked_when_it_cannot_be_rejected() -> None:
    """Where the rejected queue refuses, the parked queue is the next best."""
    url = os.environ["REJECTED_QUEUE_URL"]

    def refuse_rejected(request: object) -> object:
        return refusal("AccessDenied")(request) if url in str(getattr(request, "body", "")) else None  # type: ignore[arg-type]

    with answering("sqs.SendMessage", refuse_rejected):  # type: ignore[arg-type]
        assert ingest.receive(postback(b"{}")) == PARKED
    assert [kept.body for kept in parked()] == [b"{}"]


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
