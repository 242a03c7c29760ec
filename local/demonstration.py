"""The demonstration of `make run`: CallFire's postbacks beside the resulting events, and the next commands to try."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import requests
from defusedxml.ElementTree import fromstring
from rich.console import Console
from rich.text import Text

from local.stack import Stack
from local.subscriptions import call
from postbacks_cli.samples import LATER_SAMPLES
from postbacks_cli.web import session_for
from tools.samples import SAMPLES

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

CALLBACKS = {"campaign-finished": "campaignfinish"}
V2_SAMPLE = "v2-outbound-call"
MESSAGE_SECONDS = 10
COLUMNS = 80
LINES = 25
"""The most lines for a sample: a postback and its event fit a terminal of 80 by 25."""
GAP = " │ "
NEXT = (
    ("postbacks send text-received --set callid=random", "a sample with a new id; a file works too"),
    ("postbacks events", "stored events, newest first"),
    ("postbacks find 111111", "by any id or number"),
)


def show(stack: Stack, console: Console) -> None:
    """Let the fake CallFire post each sample; print the XML beside the event that a consumer receives."""
    with _consumer(stack) as queue_url:
        for sample, body in (SAMPLES | {V2_SAMPLE: LATER_SAMPLES[V2_SAMPLE]}).items():
            answer = _post(stack, sample)
            event = json.loads(_message(stack, queue_url)["Body"])
            console.print(Text(f"\n{sample}: {answer['status']} {json.loads(answer['body'])['status']}", style="bold"))
            for line in beside(body, event):
                console.print(Text(line))


def show_next_steps(stack: Stack, console: Console) -> None:
    """Print the console's address, if it runs, and three commands to try."""
    if stack.console_url:
        console.print(Text.assemble("\nThe console, in a browser: ", (stack.console_url, "bold")), soft_wrap=True)
    console.print("\nTry, after `alias postbacks=.venv/bin/postbacks`:")
    for command, purpose in NEXT:
        console.print(Text(f"  {command:50}# {purpose}"), soft_wrap=True)


def beside(body: bytes, event: Mapping[str, Any]) -> list[str]:
    """Return lines with a postback on the left and its event on the right."""
    width = (COLUMNS - len(GAP)) // 2
    left = json.dumps(json.loads(body), indent=1).splitlines() if body.startswith(b"{") else _lines(fromstring(body))
    pairs = zip_longest(left, _pairs(event), fillvalue="")
    lines = [f"{_cut(sent, width):{width}}{GAP}{_cut(received, width)}".rstrip() for sent, received in pairs]
    most = LINES - 2  # without the title and the blank line above
    return lines if len(lines) <= most else [*lines[: most - 1], f"… and {len(lines) - most + 1} more lines"]


def _lines(element: Element, depth: int = 0) -> Iterator[str]:
    """Yield an element's lines, indented; an element without children has one line."""
    attributes = "".join(f' {name}="{value}"' for name, value in element.items())
    opened, text = f"{'  ' * depth}<{element.tag}{attributes}", (element.text or "").strip()
    if len(element):
        yield f"{opened}>"
        for child in element:
            yield from _lines(child, depth + 1)
        yield f"{'  ' * depth}</{element.tag}>"
    else:
        yield f"{opened}>{text}</{element.tag}>" if text else f"{opened}/>"


def _pairs(event: Mapping[str, Any]) -> Iterator[str]:
    """Yield an event's lines, one for each field, without fields that are the same in all events."""
    for name in ("type", "id", "subject", "time"):
        if name in event:
            yield f"{name}: {event[name]}"
    yield "data:"
    for name, value in event["data"].items():
        yield f"  {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"


@contextmanager
def _consumer(stack: Stack) -> Iterator[str]:
    """Subscribe a queue to the topic, as a consumer would, and remove it afterwards."""
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
    with session_for(stack.fake_callfire) as session:
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


def _message(stack: Stack, queue_url: str) -> "MessageTypeDef":
    received = stack.aws.sqs.receive_message(
        QueueUrl=queue_url, MessageAttributeNames=["All"], WaitTimeSeconds=MESSAGE_SECONDS
    ).get("Messages", [])
    if not received:
        raise RuntimeError(f"No message arrived within {MESSAGE_SECONDS} s; `make logs` says what the function did")
    stack.aws.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=received[0]["ReceiptHandle"])
    return received[0]
