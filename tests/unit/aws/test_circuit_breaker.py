"""A service that does not answer gets few calls for a while, and no postback is lost because of it."""

from typing import Any, cast

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError

from callfire_postbacks.aws import circuit_breaker
from callfire_postbacks.aws.circuit_breaker import ASKED
from callfire_postbacks.functions import receive
from tests.support.aws.faults import Answer, answering, first, refusal, time_out
from tests.support.building import request
from tests.support.contents import items, parked
from tests.support.lambda_context import Context
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("subscribed", "no_pauses")

ATTEMPTS = 2
"""Attempts of a call of DynamoDB or SQS."""


def status(kind: str) -> int:
    """Return the status of the answer to a sample."""
    answer = receive.handler(request(SAMPLES[kind]), cast("Any", Context()))
    return int(answer["statusCode"])


@pytest.fixture
def dice(aws: None, monkeypatch: pytest.MonkeyPatch) -> list[float]:  # noqa: ARG001  its random choice is replaced here
    """Control the random choice of whether a service that did not answer is called; by default it is not."""
    values = [ASKED]
    monkeypatch.setattr(circuit_breaker, "_random", lambda: values[-1])
    return values


def test_dynamodb_gets_few_calls_while_it_hangs(aws_calls: list[str], dice: list[float]) -> None:
    """After a put without an answer, postbacks are parked at once, until one of a few attempts is answered."""
    with answering("dynamodb.PutItem", first(ATTEMPTS, time_out)):
        assert status("call-finished") == 202
        assert status("text-sent") == 202
        assert aws_calls.count("dynamodb.PutItem") == ATTEMPTS
        dice.append(0)
        assert status("text-received") == 200
        dice.append(ASKED)
        assert status("campaign-finished") == 200
    assert [kept.body for kept in parked()] == [SAMPLES["call-finished"], SAMPLES["text-sent"]]
    assert len(items()) == 2


@pytest.mark.usefixtures("dice")
def test_sns_gets_few_calls_while_it_hangs(aws_calls: list[str]) -> None:
    """After a publish without an answer, events are stored and left to the relay at once."""
    with answering("sns.Publish", first(1, time_out)):
        assert [status("call-finished"), status("text-sent")] == [200, 200]
    assert aws_calls.count("sns.Publish") == 1
    assert all("unpublished" in item for item in items())


def refuse_connection(request: AWSRequest) -> AWSResponse:
    """Refuse the connection."""
    raise EndpointConnectionError(endpoint_url=str(request.url))


@pytest.mark.usefixtures("dice")
@pytest.mark.parametrize(
    ("fault", "attempts"), [(refusal("AccessDeniedException"), 1), (refuse_connection, ATTEMPTS)], ids=["no", "nobody"]
)
def test_refusal_opens_no_circuit(fault: Answer, attempts: int, aws_calls: list[str]) -> None:
    """A refusal, even of the connection, costs no waiting, so the service is called for the next postback."""
    with answering("dynamodb.PutItem", fault):
        assert [status("call-finished"), status("text-sent")] == [202, 202]
    assert aws_calls.count("dynamodb.PutItem") == 2 * attempts


@pytest.mark.usefixtures("dice")
def test_parked_queue_is_always_called() -> None:
    """A queue that did not answer is called for the next postback, because nothing else could keep it."""
    with answering("dynamodb", time_out), answering("sqs.SendMessage", first(ATTEMPTS, time_out)):
        assert [status("call-finished"), status("text-sent")] == [503, 202]
