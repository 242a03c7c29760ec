"""examples/eventbridge-bridge: every event is on the bus, and a rule matches it."""

import json
from pathlib import Path

import pytest

from callfire_events.parsing import parse
from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.examples import deploy
from tools.samples import SAMPLES

NAME = "eventbridge-bridge"


@pytest.mark.usefixtures("no_events")
def test_events_are_on_the_bus(stack: Stack, tmp_path: Path) -> None:
    """A rule for a type and a field of the data gets that whole event."""
    bus = deploy(NAME, stack=stack, directory=tmp_path)["BusName"]
    queue_url = stack.aws.sqs.create_queue(QueueName="bridged")["QueueUrl"]
    queue = stack.aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    pattern = {
        "source": ["callfire-postbacks"],
        "detail-type": ["com.callfire.call.finished.v1"],
        "detail": {"data": {"agent": {"response": ["interested"]}}},
    }
    stack.aws.eventbridge.put_rule(Name="interested", EventBusName=bus, EventPattern=json.dumps(pattern))
    stack.aws.eventbridge.put_targets(
        Rule="interested", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue["QueueArn"]}]
    )

    ids = {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}

    [message] = stack.aws.sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20, MaxNumberOfMessages=10)[
        "Messages"
    ]
    bridged = json.loads(message["Body"])
    assert bridged["detail-type"] == "com.callfire.call.finished.v1"
    assert parse(bridged["detail"]).id == ids["call-finished"]
    stack.aws.cloudformation.delete_stack(StackName=NAME)
