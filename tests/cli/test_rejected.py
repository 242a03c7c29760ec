"""`postbacks rejected` and `redrive`."""

from collections.abc import Iterator

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.terminal import Postbacks
from tests.support.waiting import wait_until

UNKNOWN = b"<voicemail-left><id>7</id></voicemail-left>"
BROKEN = b"<call-finished>\x1b[31m\n"


@pytest.fixture(autouse=True)
def rejected(stack: Stack) -> Iterator[None]:
    """Put exactly two postbacks into the rejected queue, for different reasons, and remove them afterwards."""
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])
    assert post(url_of(stack, "call-finished"), UNKNOWN).json["status"] == "rejected"
    assert post(url_of(stack, "call-finished"), BROKEN).json["status"] == "rejected"
    yield
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])


def messages(stack: Stack) -> dict[str, str]:
    """Return the bodies in the rejected queue by message id."""
    received = stack.aws.sqs.receive_message(
        QueueUrl=stack.outputs["RejectedQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
    ).get("Messages", [])
    return {message["MessageId"]: message["Body"] for message in received}


def test_rejected_lists_with_reasons_and_takes_nothing(postbacks: Postbacks, stack: Stack) -> None:
    """Each postback is listed once with its reason, and stays in the queue, visible to every receiver."""
    before = messages(stack)
    listed = postbacks("rejected", "--json")
    assert {(each["reason"], each["bytes"]) for each in listed.lines} == {
        ("unknown-root", len(UNKNOWN)),
        ("malformed-xml", len(BROKEN)),
    }
    assert {each["id"] for each in listed.lines} == before.keys()
    assert "2 of about 2" in listed.err
    assert messages(stack) == before

    table = postbacks("rejected", "--reason", "unknown-root").out.splitlines()
    assert [row.split()[2:4] for row in table[1:]] == [["callfinish", "unknown-root"]]


def test_rejected_shows_one_as_it_came(postbacks: Postbacks) -> None:
    """If stdout is no terminal, it gets the exact bytes of the postback, which could contain control sequences."""
    (broken,) = postbacks("rejected", "--reason", "malformed-xml", "--json").lines
    assert postbacks("rejected", "--show", broken["id"]).out.encode() == BROKEN
    assert postbacks("rejected", "--show", "nothing-such").status == 1


def test_redrive_a_selection(postbacks: Postbacks, stack: Stack) -> None:
    """Only the selected postbacks are redriven, and come back once; a dry run moves nothing."""
    before = messages(stack)
    assert postbacks("redrive", "--dry-run").out == "Selected: 2 postbacks.\n"
    assert messages(stack) == before
    moved = postbacks("redrive", "--reason", "unknown-root")
    assert (moved.status, moved.out) == (0, "Moved to the parked queue: 1 postback.\n")
    wait_for_rejections(stack, before, new=1)


def test_redrive_all(postbacks: Postbacks, stack: Stack) -> None:
    """Without a selection all postbacks are redriven, even if SQS has no redrive of its own."""
    before = messages(stack)
    assert postbacks("redrive").out == "Moved to the parked queue: 2 postbacks.\n"
    wait_for_rejections(stack, before, new=2)


def test_redrive_names_missing_ids(postbacks: Postbacks, stack: Stack) -> None:
    """An id that is not in the queue is a failure, and nothing is moved for it."""
    before = messages(stack)
    refused = postbacks("redrive", "--id", "nothing-such")
    assert refused.status == 1
    assert "nothing-such" in refused.err
    assert messages(stack) == before


def wait_for_rejections(stack: Stack, before: dict[str, str], *, new: int) -> None:
    """Wait until drain has rejected `new` postbacks again, and check that the queue holds the same ones."""
    wait_until(lambda: len(messages(stack).keys() - before.keys()) >= new)
    now = messages(stack)
    assert len(now.keys() - before.keys()) == new
    assert sorted(now.values()) == sorted(before.values())
