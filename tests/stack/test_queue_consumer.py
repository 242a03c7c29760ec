"""examples/queue-consumer: each reply is counted once, and none is lost."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.support.http import post
from tests.support.stack.examples import deploy
from tests.support.stored import stored
from tests.support.waiting import wait_until
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")

REPLY = SAMPLES["text-received"]


@dataclass(frozen=True)
class Example:
    """The deployed example."""

    stack: Stack
    outputs: dict[str, str]
    artifact: Path

    def counts(self) -> dict[str, int]:
        """Return the number of counted replies, by campaign."""
        items = self.stack.aws.dynamodb.scan(TableName=self.outputs["CountsTableName"], ConsistentRead=True)["Items"]
        return {item["campaign_id"]["S"]: int(item["replies"]["N"]) for item in items}

    def waiting(self, queue: str) -> int:
        """Return the number of messages in a queue, including those being consumed."""
        found = self.stack.aws.sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=["All"])
        attributes: Mapping[Any, str] = found["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])

    def set_broken(self, *, broken: bool) -> None:
        """Have the function use a table that does not exist, or repair it."""
        resource = self.stack.aws.cloudformation.describe_stack_resource(
            StackName="queue-consumer", LogicalResourceId="Function"
        )
        function = resource["StackResourceDetail"]["PhysicalResourceId"]
        deployed = self.stack.aws.functions.get_function_configuration(FunctionName=function)
        table = "none" if broken else self.outputs["CountsTableName"]
        variables = deployed["Environment"]["Variables"] | {"COUNTS_TABLE": table}
        self.stack.aws.functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": variables}
        )

    def redrive(self) -> None:
        """Do what `aws sqs start-message-move-task` does, which the local AWS lacks."""
        sqs, source = self.stack.aws.sqs, self.outputs["DeadLetterQueueUrl"]
        for message in sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10).get("Messages", []):
            sqs.send_message(QueueUrl=self.outputs["QueueUrl"], MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture(scope="module")
def example(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """Deploy the example; failed messages are delivered again after a second, not after minutes."""
    directory = tmp_path_factory.mktemp("queue-consumer")
    outputs = deploy("queue-consumer", stack=stack, directory=directory)
    stack.aws.sqs.set_queue_attributes(QueueUrl=outputs["QueueUrl"], Attributes={"VisibilityTimeout": "1"})
    yield Example(stack, outputs, directory / "build" / "Function")
    stack.aws.cloudformation.delete_stack(StackName="queue-consumer")


def reply(stack: Stack, campaign: str, call: str) -> str:
    """Post a reply to a campaign, and return its event's id."""
    body = REPLY.replace(b">22222<", f">{campaign}<".encode()).replace(b">111111<", f">{call}<".encode())
    return str(post(stack.postback_urls["callfinish"], body).json["id"])


def test_each_reply_is_counted_once(stack: Stack, example: Example) -> None:
    """Two replies count as two, a replay of one does not count, and sent texts do not arrive."""
    first, _ = reply(stack, "22222", "1"), reply(stack, "22222", "2")
    post(stack.postback_urls["callfinish"], SAMPLES["text-sent"])
    wait_until(lambda: example.counts() == {"22222": 2})

    event = json.loads(json.dumps(stored(stack)[first]["event"], default=int))
    stack.aws.sns.publish(
        TopicArn=stack.outputs["EventsTopicArn"],
        Message=json.dumps(event),
        MessageAttributes={
            "type": {"DataType": "String", "StringValue": event["type"]},
            "replayed": {"DataType": "String", "StringValue": "true"},
        },
    )
    reply(stack, "22222", "3")
    wait_until(lambda: example.waiting("QueueUrl") == 0)
    assert example.counts() == {"22222": 3}
    assert example.waiting("DeadLetterQueueUrl") == 0


def test_failed_replies_are_put_aside_and_sent_back(stack: Stack, example: Example) -> None:
    """Replies that cannot be counted end in the dead-letter queue, and after a fix each is counted once."""
    example.set_broken(broken=True)
    reply(stack, "33333", "1")
    reply(stack, "33333", "2")
    wait_until(lambda: example.waiting("DeadLetterQueueUrl") == 2)

    example.set_broken(broken=False)

    def is_redriven() -> bool:  # once is not enough if a message meets the old configuration
        example.redrive()
        return example.counts().get("33333") == 2

    wait_until(is_redriven)
    wait_until(lambda: example.waiting("QueueUrl") == 0)


def test_one_bad_message_holds_up_no_other(stack: Stack, example: Example) -> None:
    """In a batch with an invalid message, the replies are counted and only that message is put aside."""
    before = example.waiting("DeadLetterQueueUrl")
    stack.aws.sqs.send_message(QueueUrl=example.outputs["QueueUrl"], MessageBody="no event")
    reply(stack, "44444", "1")
    wait_until(lambda: example.counts().get("44444") == 1)
    wait_until(lambda: example.waiting("DeadLetterQueueUrl") == before + 1)


def test_artifact_is_that_of_a_user(example: Example) -> None:
    """`sam build` packs the function and Powertools, in the version that this application ships."""
    assert (example.artifact / "count_replies.py").exists()
    [built] = example.artifact.glob("aws_lambda_powertools-*.dist-info")
    assert built.name.split("-")[1].removesuffix(".dist") == version("aws_lambda_powertools")
