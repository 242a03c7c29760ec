"""CallFire's four samples: HTTP in, item in the table, message on the topic."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.consumers import consumer
from tests.support.stored import stored
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")


@pytest.mark.parametrize("kind", SAMPLES)
def test_sample_is_stored_and_published(stack: Stack, kind: str) -> None:
    """A postback is answered once it is stored, and its consumers get the stored event."""
    with consumer(stack, raw=True) as receive:
        answer = post(url_of(stack, kind), SAMPLES[kind], "application/xml")
        (message,) = receive(1)

    (item,) = stored(stack).values()
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert answer.json == {"status": "accepted", "id": item["id"]}
    assert item["raw"] == SAMPLES[kind]
    assert item["event"] == message.event
    assert item["event"]["type"] == message.attributes["type"] == f"com.callfire.{as_type(kind)}.v1"


def test_consumer_gets_the_events_of_its_filter_policy(stack: Stack) -> None:
    """A consumer with a filter policy gets only the matching events; one without gets all."""
    policy = {"type": [{"prefix": "com.callfire.text."}], "campaign_id": ["22222"], "outcome": ["received"]}
    with consumer(stack, filter_policy=policy) as receive_replies, consumer(stack, raw=True) as receive_all:
        for kind, body in SAMPLES.items():
            post(url_of(stack, kind), body)

        (reply,) = receive_replies(1)
        assert reply.event["data"]["message"] == "Reply message"
        assert {message.event["id"] for message in receive_all(4)} == stored(stack).keys()


def test_tags_filter_calls(stack: Stack) -> None:
    """Each of a call's tags can be filtered on, and a text without tags does not match."""
    with consumer(stack, filter_policy={"tags": ["houston"]}) as receive:
        for kind, body in SAMPLES.items():
            post(url_of(stack, kind), body)

        (call,) = receive(1)
        assert call.event["data"]["tags"] == ["sales number", "houston"]


def test_samples_sent_twice_at_once_are_four_events(stack: Stack) -> None:
    """The four samples, each sent twice in parallel, are four items and messages; each copy is called a duplicate."""
    requests = [(url_of(stack, kind), body) for kind, body in SAMPLES.items()] * 2
    with consumer(stack, raw=True) as receive, ThreadPoolExecutor(len(requests)) as senders:
        answers = list(senders.map(lambda request: post(*request), requests))
        messages = receive(4)

    assert [answer.status for answer in answers] == [200] * 8
    assert sorted(answer.json["status"] for answer in answers) == ["accepted"] * 4 + ["duplicate"] * 4
    assert sorted(message.event["id"] for message in messages) == sorted(stored(stack))
    assert len(messages) == 4


def test_samples_through_the_fake_callfire(stack: Stack) -> None:
    """The fake CallFire posts to the URL of the subscription and gets an answer."""
    with consumer(stack) as receive:
        answer = post(f"{stack.fake_callfire}/control/postbacks/callfinish?sample=text-sent", b"")
        (message,) = receive(1)

    assert answer.json["status"] == 200
    assert message.event["data"]["message"] == "sent message"


def as_type(kind: str) -> str:
    """Return the middle of an event's type: "text-sent" is text.sent."""
    return kind.replace("-", ".")
