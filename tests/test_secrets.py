"""Search everything that the suite made its local stacks log, answer and keep; runs after all tests of a stack."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

import pytest

from local import function_logs
from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.http import post, token_of, url_of
from tools.samples import SAMPLES

PERSONAL: Final = (
    *("2132212289", "8778973473", "sales number", "houston", "notes that a call center", "additional data uploaded"),
    *("bigconcern", "economy", "Reply message", "sent message", "Sí, señor", "cloud/1/files/recording"),
)
"""Personal data in the samples and in the suite's own postbacks."""

INTERNALS: Final = ("Traceback", ".py", "/var/task", "botocore", "ClientError", "arn:aws", "-EventsTable", "Queue-")
"""Words that would reveal the implementation to a caller."""


@pytest.fixture(autouse=True, params=["faults", "operators", "stack"])
def of_stack(request: pytest.FixtureRequest) -> str:
    """Name the stack whose tests came before; tests/conftest.py gives the test to the worker with that stack."""
    return str(request.param)


@pytest.fixture
def secrets(stack: Stack) -> list[str]:
    """Return CallFire's API key and every token that CallFire ever received."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    parameter = stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    found = [parameter["Value"], *map(token_of, FakeCallFire(stack.fake_callfire).received())]
    assert len(found) >= 3
    return found


@pytest.fixture
def log(stack: Stack) -> list[str]:
    """Return all lines of all logs, after each sample and each kind of trouble has come in."""
    for kind, body in SAMPLES.items():
        post(url_of(stack, kind), body)
        post(url_of(stack, kind), body[:-20])
        post(url_of(stack, kind), body.ljust(70_000))
        post(f"{stack.api_url}/postbacks/callfinish/{'w' * 43}", body)
    lines = list(function_logs.read(stack.aws))
    assert any('"PostbackAccepted"' in line or '"PostbackDuplicate"' in line for line in lines)
    assert any('"PostbackRejected"' in line for line in lines)
    return lines


def find(texts: Iterable[str], forbidden: Iterable[str], what: str) -> None:
    """Fail if a word is in a text, without showing either."""
    forbidden = list(forbidden)
    for text in texts:
        if any(word in text for word in forbidden):
            pytest.fail(f"{what}; it is not shown here.")


def test_no_secret_was_logged(secrets: list[str], log: list[str]) -> None:
    """No log line holds the API key or a token."""
    find(log, secrets, "A log line holds a secret")


def test_no_secret_was_answered(secrets: list[str], answers: list[str]) -> None:
    """No answer of the API, headers included, holds the API key or a token."""
    assert answers
    find(answers, secrets, "An answer holds a secret")


def test_no_secret_is_kept(stack: Stack, secrets: list[str], log: list[str]) -> None:  # noqa: ARG001  made first
    """No table item and no queued message holds the API key or a token."""
    kept = [*items(stack), *messages(stack)]
    assert any("reason" in text for text in kept)
    find(kept, secrets, "A stored item or message holds a secret")


def test_nothing_personal_was_logged(log: list[str]) -> None:
    """Even at DEBUG, the suite's log level, no line holds a phone number, a text or a note of a postback."""
    find(log, PERSONAL, "A log line holds what a postback says")


def test_answers_name_no_resource_file_or_exception(log: list[str], answers: list[str]) -> None:  # noqa: ARG001  made first
    """No answer names a resource, a file or an exception."""
    find(answers, INTERNALS, "An answer tells of internals")


def items(stack: Stack) -> Iterator[str]:
    """Return all items of all tables."""
    for table in (stack.outputs["EventsTableName"], stack.outputs["SubscriptionsTableName"]):
        for page in stack.aws.dynamodb.get_paginator("scan").paginate(TableName=table):
            yield from (json.dumps(item, default=str) for item in page["Items"])


def messages(stack: Stack) -> Iterator[str]:
    """Return some messages of the queues without removing them."""
    for queue in (stack.outputs["ParkedQueueUrl"], stack.outputs["RejectedQueueUrl"]):
        received = stack.aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield from (message["Body"] for message in received.get("Messages", []))
