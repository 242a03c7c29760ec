"""Drain processes each parked postback again, and leaves it parked if that fails."""

import json
import os
from datetime import timedelta

import pytest

from callfire_events import envelope
from callfire_postbacks import parking
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.functions import drain
from tests.support.aws.faults import FAULTS, Answer, KilledError, answering, kill, only_for, refusal
from tests.support.building import CALL, TOKEN, call, element, normalize, postback
from tests.support.contents import consumed, consumer, items, parked, rejected
from tests.support.lambda_context import Context
from tests.support.parked import run_drain
from tests.unit.conftest import Logged

pytestmark = pytest.mark.usefixtures("subscribed")


def test_postback_is_stored_and_published_as_of_its_arrival(logged: Logged) -> None:
    """A drained postback is stored and published with its time of arrival, and counted in one line."""
    queue = consumer()
    incoming = postback(age=timedelta(hours=1))
    parking.park(incoming)
    assert run_drain() == []
    assert parked() == []
    [event] = consumed(queue)
    assert event["recordedtime"] == envelope.format_timestamp(incoming.received_at)
    [line] = logged()
    assert line["DrainedAccepted"] == [1.0]
    assert (line["subscription"], line["event_id"]) == ("callfinish", normalize(CALL)["id"])


def test_unreadable_postback_is_rejected(logged: Logged) -> None:
    """A parked postback that turns out to be unreadable is rejected, and no longer parked."""
    parking.park(postback(b"{}"))
    assert run_drain() == []
    assert [reason for reason, _ in rejected()] == ["unknown-root"]
    assert logged()[0]["DrainedRejected"] == [1.0]


def test_only_failed_postbacks_stay_parked(logged: Logged) -> None:
    """Only failed postbacks of a batch stay parked; the log gives the reason and the age, and no content."""
    kept = call(element("callid", "666"))
    for body in (CALL, kept, call(element("callid", "2"))):
        parking.park(postback(body))

    with answering("dynamodb.PutItem", only_for("calls/666", refusal("AccessDeniedException"))):
        [left] = run_drain()
    assert len(items()) == 2
    assert [one.body for one in parked()] == [kept]
    [line] = [line for line in logged() if line.get("level") == "ERROR"]
    assert (line["message_id"], line["operation"], line["code"]) == (left, "PutItem", "AccessDeniedException")
    assert TOKEN not in json.dumps(line)


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("operation", ["dynamodb.PutItem", "dynamodb.UpdateItem"])
def test_postback_stays_parked_until_it_can_be_stored(operation: str, fault: Answer) -> None:
    """A postback stays parked while DynamoDB fails in any way; then it is stored and published."""
    queue = consumer()
    parking.park(postback(age=timedelta(minutes=1)))
    with answering(operation, fault):
        assert len(run_drain()) == 1
    assert run_drain() == []
    assert [event["id"] for event in consumed(queue)] == [normalize(CALL)["id"]]
    assert len(items()) == 1


@pytest.mark.parametrize("operation", ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"])
def test_killed_in_the_middle(operation: str) -> None:
    """If drain dies in the middle of a batch, all messages come back, and each postback becomes one event."""
    queue = consumer()
    bodies = [call(element("callid", number)) for number in ("1", "666", "2")]
    for body in bodies:
        parking.park(postback(body, age=timedelta(minutes=1)))
    with answering(operation, kill), pytest.raises(KilledError):
        run_drain()
    assert run_drain() == []
    assert {event["id"] for event in consumed(queue)} == {normalize(body)["id"] for body in bodies}
    assert [item["id"]["S"] for item in items() if "unpublished" in item] == []
    assert len(items()) == 3


def test_age_of_a_parked_postback_is_a_metric(logged: Logged) -> None:
    """Each postback that stays parked reports its age as a metric, whatever its subscription."""
    with answering("dynamodb", refusal("AccessDeniedException")):
        parking.park(postback())
        run_drain()
    ages = [line["StillParkedAge"] for line in logged() if "StillParkedAge" in line]
    assert len(ages) == 1
    assert 0 <= ages[0][0] < 60


def test_foreign_message_is_rejected_in_the_end() -> None:
    """A foreign message stays in the queue until SQS's limit of receptions moves it to the rejected queue."""
    sqs().send_message(QueueUrl=os.environ["PARKED_QUEUE_URL"], MessageBody="not JSON")
    parking.park(postback())
    assert len(run_drain()) == 1
    assert len(items()) == 1


def test_no_postback_starts_without_time_for_it(aws_calls: list[str], logged: Logged) -> None:
    """Drain starts no postback without enough time for it, and does not count that as a failure."""
    parking.park(postback())
    aws_calls.clear()
    assert len(run_drain(seconds_left=drain.POSTBACK_SECONDS - 1)) == 1
    assert not [called for called in aws_calls if called.startswith("dynamodb")]
    assert logged() == []


def test_log_names_the_request(logged: Logged) -> None:
    """A log line of drain holds the id of its invocation, which also identifies Lambda's own lines."""
    sqs().send_message(QueueUrl=os.environ["PARKED_QUEUE_URL"], MessageBody="{}")
    run_drain()
    assert logged()[0]["function_request_id"] == Context().aws_request_id
