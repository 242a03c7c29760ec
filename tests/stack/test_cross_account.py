"""examples/cross-account: a queue of another account gets its events."""

import json

import pytest

from callfire_events.parsing import parse
from local.aws import CREDENTIALS, clients
from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.examples import EXAMPLES, outputs
from tools.samples import SAMPLES

NAME = "cross-account"
ACCOUNT = "222222222222"


@pytest.mark.usefixtures("no_events")
def test_queue_of_another_account(stack: Stack) -> None:
    """Deployed by another account, the queue accepts this topic's messages, and the account can subscribe it itself.

    The local CloudFormation does not see topics of another account, so the test repeats its subscription through SNS's
    API.
    """
    aws = clients(stack.endpoint_url, credentials=CREDENTIALS | {"aws_access_key_id": ACCOUNT})
    topic = stack.outputs["EventsTopicArn"]
    aws.cloudformation.create_stack(
        StackName=NAME,
        TemplateBody=(EXAMPLES / NAME / "template.yaml").read_text(),
        Parameters=[{"ParameterKey": "EventsTopicArn", "ParameterValue": topic}],
    )
    aws.cloudformation.get_waiter("stack_create_complete").wait(StackName=NAME, WaiterConfig={"Delay": 1})
    deployed = outputs(aws, NAME)
    assert f":{ACCOUNT}:" in deployed["QueueArn"]
    assert ACCOUNT not in topic
    aws.sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=deployed["QueueArn"],
        Attributes={
            "FilterPolicy": json.dumps({"type": ["com.callfire.campaign.finished.v1"]}),
            "RawMessageDelivery": "true",
        },
    )

    ids = {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}

    messages = aws.sqs.receive_message(QueueUrl=deployed["QueueUrl"], WaitTimeSeconds=10, MaxNumberOfMessages=10)
    assert [parse(message).id for message in messages["Messages"]] == [ids["campaign-finished"]]
