"""The show of `make run`: the samples of cloud/1 and a signed call of API v2, and what becomes of each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
from rich.console import Console
from rich.json import JSON
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from local.stack import Stack
from local.subscriptions import call
from postbacks_cli.samples import LATER_SAMPLES
from tools.samples import SAMPLES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from mypy_boto3_sqs.type_defs import MessageTypeDef

CALLBACKS = {"campaign-finished": "campaignfinish"}
V2_SAMPLE = "v2-outbound-call"
MESSAGE_SECONDS = 10


def show(stack: Stack, console: Console) -> None:
    """Let the fake_callfire post each sample; print the answer, the stored item and the message of each."""
    with _consumer(stack) as queue_url:
        for sample in (*SAMPLES, V2_SAMPLE):
            answer = _post(stack, sample)
            item = _item(stack, json.loads(answer["body"])["id"])
            message = _message(stack, queue_url)
            attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
            table = Table.grid(padding=(0, 2))
            table.add_column(style="cyan", no_wrap=True)
            table.add_column(overflow="fold")
            table.add_row("answer", f"{answer['status']} {answer['body']}")
            table.add_row("item", _pairs(item))
            table.add_row("message", _pairs(attributes))
            table.add_row("", _json(message["Body"]))
            console.print(Panel(table, title=f"[bold]{sample}", title_align="left", padding=(1, 2)))


def _pairs(values: dict[str, str]) -> Text:
    pairs = [Text.assemble((name, "dim"), " ", value) for name, value in sorted(values.items())]
    return Text("\n").join(pairs)


def _json(document: str) -> Text:
    text = JSON(document).text
    text.no_wrap, text.overflow = False, "fold"
    return text


@contextmanager
def _consumer(stack: Stack) -> Iterator[str]:
    """Subscribe a queue to the topic, as a consumer would, and take it away afterwards."""
    aws = stack.aws
    queue_url = aws.sqs.create_queue(QueueName="show")["QueueUrl"]
    queue = aws.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    subscription = aws.sns.subscribe(
        TopicArn=stack.outputs["EventsTopicArn"],
        Protocol="sqs",
        Endpoint=queue["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )
    try:
        yield queue_url
    finally:
        aws.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        aws.sqs.delete_queue(QueueUrl=queue_url)


def _post(stack: Stack, sample: str) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False  # no proxy of the user's
        if sample == V2_SAMPLE:
            call("PUT", f"{stack.api_url}/subscriptions/v2").raise_for_status()
            url = f"{stack.fake_callfire}/control/v2/deliveries/OutboundCall"
            [answer] = session.post(url, LATER_SAMPLES[sample], timeout=40).json()
        else:
            url = f"{stack.fake_callfire}/control/postbacks/{CALLBACKS.get(sample, 'callfinish')}"
            answer = session.post(url, params={"sample": sample}, timeout=40).json()
    if answer["status"] != requests.codes.ok:
        raise RuntimeError(f"{sample}: {answer['status']} {answer['body']}")
    return dict(answer)


def _item(stack: Stack, event_id: str) -> dict[str, str]:
    """Return an item's attributes as they read: the event is shown once, in the message."""
    item = stack.aws.dynamodb.get_item(
        TableName=stack.outputs["EventsTableName"], Key={"id": {"S": event_id}}, ConsistentRead=True
    )["Item"]
    return {name: _readable(value) for name, value in item.items()}


def _readable(value: "AttributeValueTypeDef") -> str:
    match value:
        case {"B": compressed}:
            return f"{len(compressed)} bytes, compressed"
        case {"M": event}:
            return f"the event, a map of {len(event)} attributes"
        case _:
            return str(*value.values())


def _message(stack: Stack, queue_url: str) -> "MessageTypeDef":
    received = stack.aws.sqs.receive_message(
        QueueUrl=queue_url, MessageAttributeNames=["All"], WaitTimeSeconds=MESSAGE_SECONDS
    ).get("Messages", [])
    if not received:
        raise RuntimeError(f"No message arrived within {MESSAGE_SECONDS} s; `make logs` says what the function did")
    stack.aws.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=received[0]["ReceiptHandle"])
    return received[0]
