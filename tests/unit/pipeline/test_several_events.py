"""A body with several events: all are stored, then each is published once, whatever fails in between."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.functions import receive
from callfire_postbacks.postback import Postback, Result
from tests.support.aws.faults import FAULTS, Answer, KilledError, answering, kill, lose, only_for, refusal
from tests.support.building import normalize_all, postback, request
from tests.support.contents import consumed, consumer, items, parked
from tests.support.lambda_context import Context
from tests.support.unpublished import run_relay
from tests.unit.conftest import Logged
from tools.samples import LATER_SAMPLES

pytestmark = pytest.mark.usefixtures("subscribed")

BODY = LATER_SAMPLES["v2-several-events"]
FIRST, SECOND = IDS = tuple(event["id"] for event in normalize_all(BODY))
ACCEPTED = Result("accepted", IDS)
DUPLICATE = Result("duplicate", IDS)
OLD = 2 * ingest.IN_FLIGHT


class Clock:
    """A clock that an AWS call can advance."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        """Return the time, as `time.monotonic` does."""
        return self.seconds

    def forward(self, seconds: float) -> Answer:
        """Return an AWS answer that takes some seconds."""

        def wait(_: object) -> None:
            self.seconds += seconds

        return wait


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the pipeline's clock."""
    clock = Clock()
    monkeypatch.setattr(ingest, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


def sent_twice() -> tuple[Postback, Postback]:
    """Return a postback and a later copy of it."""
    return postback(BODY, age=OLD), postback(BODY)


def published(queue: str) -> list[str]:
    """Return the ids that a consumer received."""
    return [event["id"] for event in consumed(queue)]


def test_all_are_stored_before_any_is_published(aws_calls: list[str]) -> None:
    """All events are stored before any is published, and each item holds the whole body."""
    queue = consumer()
    aws_calls.clear()
    assert ingest.receive(postback(BODY)) == ACCEPTED
    puts = [call for call in aws_calls if call in ("dynamodb.PutItem", "sns.Publish")]
    assert puts == ["dynamodb.PutItem"] * 2 + ["sns.Publish"] * 2
    assert published(queue) == [*IDS]
    assert [item["raw"] for item in items()] == [items()[0]["raw"]] * 2
    assert not [item for item in items() if "unpublished" in item]


def test_sent_twice(logged: Logged) -> None:
    """The answer lists all ids, plus the first as `id` for a caller that expects one; the log counts one postback."""
    first, second = (receive.handler(request(BODY), cast("Any", Context())) for _ in range(2))
    assert json.loads(first["body"]) == {"status": "accepted", "id": FIRST, "ids": [*IDS]}
    assert json.loads(second["body"]) == {"status": "duplicate", "id": FIRST, "ids": [*IDS]}
    lines = logged()
    assert [line.get("PostbackAccepted", line.get("PostbackDuplicate")) for line in lines] == [[1.0], [1.0]]
    assert [line["event_ids"] for line in lines] == [[*IDS], [*IDS]]
    assert len(items()) == 2


def test_one_of_them_is_known() -> None:
    """A body with a known and a new event is accepted, and only the new event is published."""
    ingest.receive(postback(LATER_SAMPLES["v2-delivery-report"]))
    queue = consumer()
    assert ingest.receive(postback(BODY)) == ACCEPTED
    assert published(queue) == [SECOND]


def test_the_same_event_twice_in_one_body() -> None:
    """An event that occurs twice in a body is one event."""
    delivery = json.loads(BODY)
    delivery["events"].append(delivery["events"][0])
    queue = consumer()
    assert ingest.receive(postback(json.dumps(delivery).encode())) == ACCEPTED
    assert sorted(published(queue)) == sorted(IDS)


@pytest.mark.slow
@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_second_cannot_be_stored(fault: Answer) -> None:
    """If one event cannot be stored, the whole body is parked; afterwards the events stored before are duplicates."""
    queue = consumer()
    with answering("dynamodb.PutItem", only_for(SECOND, fault)):
        assert ingest.receive(postback(BODY, age=OLD)) == Result("parked")
    assert published(queue) == []
    [kept] = parked()
    assert kept.body == BODY
    assert ingest.process(kept) == (DUPLICATE if fault is lose else ACCEPTED)
    assert sorted(published(queue)) == sorted(IDS)
    assert len(items()) == 2
    assert run_relay()["published"] == 0


@pytest.mark.parametrize(
    ("operation", "stored"), [("dynamodb.PutItem", 1), ("sns.Publish", 2)], ids=["storing", "publishing"]
)
def test_killed_in_between(operation: str, stored: int) -> None:
    """After a crash between two events, the next copy or the relay does the rest, once."""
    queue = consumer()
    first, second = sent_twice()
    with answering(operation, only_for(SECOND, kill)), pytest.raises(KilledError):
        ingest.receive(first)
    assert len(items()) == stored
    assert ingest.receive(second) == (ACCEPTED if stored == 1 else DUPLICATE)
    run_relay()
    assert sorted(published(queue)) == sorted(IDS)
    assert not [item for item in items() if "unpublished" in item]


def test_one_that_sns_does_not_take_does_not_hold_up_the_other() -> None:
    """An event that SNS refuses is left to the relay, and the others are published."""
    queue = consumer()
    with answering("sns.Publish", only_for(FIRST, refusal("InternalError", 500))):
        assert ingest.receive(postback(BODY, age=OLD)) == ACCEPTED
    assert published(queue) == [SECOND]
    assert run_relay()["published"] == 1


def test_too_little_time_to_store_all(clock: Clock) -> None:
    """If storing takes too long, the body is parked in time, and the next runs store the rest."""
    with answering("dynamodb.PutItem", clock.forward(ingest.LAST_PUT_SECONDS + 1)):
        assert ingest.receive(postback(BODY)) == Result("parked")
    assert len(items()) == 1
    [kept] = parked()
    assert ingest.process(kept) == ACCEPTED
    assert len(items()) == 2


def test_too_little_time_to_publish_all(clock: Clock, logged: Logged) -> None:
    """If publishing takes too long, the postback is accepted, and the relay publishes the rest."""
    queue = consumer()
    with answering("sns.Publish", clock.forward(ingest.LAST_PUBLICATION_SECONDS + 1)):
        assert ingest.receive(postback(BODY, age=OLD)) == ACCEPTED
    assert published(queue) == [FIRST]
    [line] = logged()
    assert (line["level"], line["event_id"], line["error"]) == ("WARNING", SECOND, "OutOfTimeError")
    assert run_relay()["published"] == 1
