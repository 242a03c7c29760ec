"""Cases that the local stack cannot show: a replay too long for one run of the relay, and SQS's own redrive."""

from typing import Any

import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from postbacks_cli.app import app
from postbacks_cli.aws import find_stack
from postbacks_cli.commands import replay
from postbacks_cli.queues import redriving
from tests.support.aws.stubbed import stubbed_stack

PARKED = "https://sqs.us-east-1.amazonaws.com/123456789012/parked"
REJECTED = "https://sqs.us-east-1.amazonaws.com/123456789012/rejected"
ARN = "arn:aws:sqs:us-east-1:123456789012:"


def test_replay_sends_requests_until_the_relay_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sends each follow-up request that the relay returns, so a large replay takes several requests."""
    asked = []

    def relay(_stack: object, _output: str, request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        if "after" not in request:
            return {"events": 1, "next": {**request, "after": 1, "events": 1}}
        return {"events": len(request["replay"]["ids"]), "next": None}

    monkeypatch.setattr(replay, "_AT_ONCE", 2)
    monkeypatch.setattr(replay, "invoke", relay)
    monkeypatch.setattr(replay, "existing", lambda _stack, ids: ids)
    monkeypatch.setattr(find_stack, "of", lambda _context: stubbed_stack())
    options = [word for event_id in ("a", "b", "c") for word in ("--id", event_id)]
    ended = CliRunner().invoke(app, ["replay", *options, "--yes"])

    assert (ended.exit_code, ended.stdout) == (0, "Marked: 3 events.\n")
    assert [(request["replay"]["ids"], "after" in request) for request in asked] == [
        (["a", "b"], False),
        (["a", "b"], True),
        (["c"], False),
        (["c"], True),
    ]


@pytest.mark.parametrize(
    ("last", "status", "output"),
    [
        (
            {"Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 7},
            0,
            "Moved to the parked queue: 7 postbacks.\n",
        ),
        ({"Status": "FAILED", "FailureReason": "AccessDenied"}, 1, "AccessDenied"),
    ],
)
def test_redrive_by_sqs(monkeypatch: pytest.MonkeyPatch, last: dict[str, Any], status: int, output: str) -> None:
    """If SQS can redrive, it is asked to and waited for; if it fails, its reason is shown."""
    stack = stubbed_stack(ParkedQueueUrl=PARKED, RejectedQueueUrl=REJECTED)
    monkeypatch.setattr(find_stack, "of", lambda _context: stack)
    monkeypatch.setattr(redriving, "_POLL_SECONDS", 0)
    with Stubber(stack.aws.sqs) as sqs:
        for queue in ("rejected", "parked"):
            sqs.add_response("get_queue_attributes", {"Attributes": {"QueueArn": ARN + queue}})
        move = {"SourceArn": f"{ARN}rejected", "DestinationArn": f"{ARN}parked"}
        sqs.add_response("start_message_move_task", {"TaskHandle": "handle"}, move)
        for task in ({"Status": "RUNNING"}, last):
            sqs.add_response("list_message_move_tasks", {"Results": [task]})
        ended = CliRunner().invoke(app, ["redrive"])
        sqs.assert_no_pending_responses()

    assert ended.exit_code == status
    assert output in (ended.stdout if status == 0 else str(ended.exception))


@pytest.mark.parametrize("failing", ["send_message", "delete_message"])
def test_redrive_interrupted_loses_nothing(monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """A postback is deleted only after it was sent, and any other is made visible again at once."""
    stack = stubbed_stack(ParkedQueueUrl=PARKED, RejectedQueueUrl=REJECTED)
    monkeypatch.setattr(find_stack, "of", lambda _context: stack)
    message = {"MessageId": "1", "ReceiptHandle": "handle", "Body": "{}", "Attributes": {"SentTimestamp": "0"}}
    given_back = {
        "QueueUrl": REJECTED,
        "Entries": [{"Id": "0", "ReceiptHandle": "handle", "VisibilityTimeout": 0}],
    }
    with Stubber(stack.aws.sqs) as sqs:  # accepts calls in this order only
        depth = {"ApproximateNumberOfMessages": "1", "ApproximateNumberOfMessagesNotVisible": "0"}
        sqs.add_response("get_queue_attributes", {"Attributes": depth})
        sqs.add_response("receive_message", {"Messages": [message]})
        if failing == "delete_message":
            sqs.add_response("send_message", {"MessageId": "2"}, {"QueueUrl": PARKED, "MessageBody": "{}"})
        sqs.add_client_error(failing, "ServiceUnavailable")
        sqs.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, given_back)
        ended = CliRunner().invoke(app, ["redrive", "--id", "1"])
        sqs.assert_no_pending_responses()
    assert (ended.exit_code, ended.stdout) == (1, "")
