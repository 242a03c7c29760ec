"""`postbacks tail`."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.consumer import consumer
from tests.support.stack.terminal import HOSTILE, PROGRAM, SECONDS, environment
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")


@contextmanager
def tail(state_dir: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command, and wait until it listens."""
    with subprocess.Popen(
        [PROGRAM, "--stack", "local", "tail", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir)}),
    ) as process:
        try:
            assert process.stderr
            assert "Waiting for events" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def left(stack: Stack) -> list[str]:
    """Return the remaining queues and subscriptions of a tail."""
    queues = stack.aws.sqs.list_queues(QueueNamePrefix=f"{stack.stack_name}-tail-").get("QueueUrls", [])
    subscriptions = stack.aws.sns.list_subscriptions_by_topic(TopicArn=stack.outputs["EventsTopicArn"])
    return queues + [each["Endpoint"] for each in subscriptions["Subscriptions"] if "-tail-" in each["Endpoint"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_tail_shows_published_events_and_leaves_nothing(stack: Stack, state_dir: Path, number: signal.Signals) -> None:
    """Each matching event is one line; Ctrl-C or SIGTERM removes the queue and the subscription."""
    with tail(state_dir, "--type", "text-received", "--campaign", "22222") as process:
        assert len(left(stack)) == 2
        ids = {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}
        assert process.stdout
        line = process.stdout.readline()
        process.send_signal(number)
        rest, _ = process.communicate(timeout=SECONDS)
    assert line.split()[-1] == ids["text-received"]
    assert (process.returncode, rest) == (0, "")
    assert left(stack) == []


def test_tail_forwards_to_a_consumer(stack: Stack, state_dir: Path) -> None:
    """Each event is posted to a local consumer, whatever proxy is set, and the line shows the consumer's answer."""
    with (
        consumer(503) as (url, requests),
        tail(state_dir, "--type", "text-received", "--forward", url, "--count", "1") as process,
    ):
        event_id = post(url_of(stack, "text-received"), SAMPLES["text-received"]).json["id"]
        out, _ = process.communicate(timeout=SECONDS)
    assert out.endswith(f"{event_id}  → 503 Service Unavailable\n")
    assert out.count("\n") == 1
    [request] = requests
    assert json.loads(request.body)["id"] == event_id
    assert request.content_type.startswith("application/cloudevents+json")
    assert process.returncode == 0


def test_tail_ends_after_a_count(stack: Stack, state_dir: Path) -> None:
    """With a count the command ends by itself; JSON lines are the events, and any SNS filter policy is accepted."""
    with tail(state_dir, "--json", "--count", "1", "--filter", '{"tags": [{"prefix": "hou"}]}') as process:
        for kind, body in SAMPLES.items():
            post(url_of(stack, kind), body)
        out, _ = process.communicate(timeout=SECONDS)
    assert [json.loads(line)["data"]["tags"] for line in out.splitlines()] == [["sales number", "houston"]]
    assert process.returncode == 0
    assert left(stack) == []
