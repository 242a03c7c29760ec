"""Run the AWS CLI commands of the pages against the local AWS."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.aws import environment
from local.stack import Stack
from tests.support.pages import commands
from tests.support.waiting import wait_until
from tools import ROOT

STACK = "callfire-events"
"""The name of the consumer's stack on the page."""

COMMANDS = [command for command in commands("aws") if "$" not in command]
"""Commands that need no shell; tests/stack/test_readme.py runs the others in one."""


def aws(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    program = str(Path(sys.executable).parent / "aws")
    command = [program, "--endpoint-url", stack.endpoint_url, *arguments]  # for SQS no variable would have an effect
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


@pytest.fixture
def values(stack: Stack) -> Iterator[dict[str, str]]:
    """Return the values of the placeholders in capitals; remove the created resources afterwards."""
    sqs, topic = stack.aws.sqs, stack.outputs["EventsTopicArn"]
    url = sqs.create_queue(QueueName="typed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    yield {"TOPIC_ARN": topic, "QUEUE_ARN": arn, "DEAD_LETTER_QUEUE_ARN": arn}
    for subscription in stack.aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if subscription["Endpoint"] == arn:
            stack.aws.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)
    stack.aws.cloudformation.delete_stack(StackName=STACK)


def test_commands_work(stack: Stack, values: dict[str, str]) -> None:
    """Every command works unchanged, in the order of the pages; later commands may use earlier answers."""
    for command in COMMANDS:
        for word in sorted(values, key=len, reverse=True):
            command = command.replace(word, values[word])  # noqa: PLW2901  the command, filled in
        if "describe-stack-events" in command:  # which the page says to repeat
            wait_until(lambda: "DELETE_COMPLETE" in aws(stack, *shlex.split(command)[1:]).stdout)  # noqa: B023
        done = aws(stack, *shlex.split(command)[1:])
        if "start-message-move-task" in command:  # which the local AWS lacks: the command only has to reach it
            assert "InvalidAction" in done.stderr
            continue
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        values |= {"SUBSCRIPTION_ARN": str(answer["SubscriptionArn"])} if "SubscriptionArn" in answer else {}
    subscribed = stack.aws.sns.get_subscription_attributes(SubscriptionArn=values["SUBSCRIPTION_ARN"])["Attributes"]
    assert json.loads(subscribed["FilterPolicy"]) == {"type": ["com.callfire.text.received.v1"]}
    [described] = stack.aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    assert described["StackStatus"] == "CREATE_COMPLETE"
