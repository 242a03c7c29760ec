"""The commands of AWS's own command line that the pages have people type, typed, with the laptop's AWS behind it."""

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
from tools import ROOT

STACK = "callfire-events"
"""What the page calls the consumer's stack."""

COMMANDS = [command for command in commands("aws") if "$" not in command]
"""Those that need no shell; tests/stack/test_readme.py types the others, in one."""


def aws(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command."""
    program = str(Path(sys.executable).parent / "aws")
    command = [program, "--endpoint-url", stack.endpoint_url, *arguments]  # for SQS no variable would do
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


@pytest.fixture
def meant(stack: Stack) -> Iterator[dict[str, str]]:
    """What the words in capitals stand for; gone afterwards, with what the commands have made."""
    sqs, topic = stack.aws.sqs, stack.outputs["EventsTopicArn"]
    url = sqs.create_queue(QueueName="typed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    yield {"TOPIC_ARN": topic, "QUEUE_ARN": arn, "DEAD_LETTER_QUEUE_ARN": arn}
    for subscription in stack.aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        if subscription["Endpoint"] == arn:
            stack.aws.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)
    stack.aws.cloudformation.delete_stack(StackName=STACK)


def test_commands_do_what_they_are_for(stack: Stack, meant: dict[str, str]) -> None:
    """In the order of the pages every command works as it stands; what one answers is there for the next."""
    for command in COMMANDS:
        for word in sorted(meant, key=len, reverse=True):
            command = command.replace(word, meant[word])  # noqa: PLW2901  the command, filled in
        done = aws(stack, *shlex.split(command)[1:])
        if "start-message-move-task" in command:  # which the local AWS lacks: it got there, and that is all
            assert "InvalidAction" in done.stderr
            continue
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        meant |= {"SUBSCRIPTION_ARN": str(answer["SubscriptionArn"])} if "SubscriptionArn" in answer else {}
    subscribed = stack.aws.sns.get_subscription_attributes(SubscriptionArn=meant["SUBSCRIPTION_ARN"])["Attributes"]
    assert json.loads(subscribed["FilterPolicy"]) == {"type": ["com.callfire.text.received.v1"]}
    [described] = stack.aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    assert described["StackStatus"] == "CREATE_COMPLETE"
