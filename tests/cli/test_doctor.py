"""`postbacks doctor`."""

from collections.abc import Iterator

import boto3
import pytest

from local.aws import CREDENTIALS
from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.terminal import Postbacks

BODY = b"<call-finished><callid>72001</callid></call-finished>"

WELL = (
    *("stack", "API key", "API", "relay schedule", "parked to drain"),
    *("receive function", "relay function", "drain function", "subscriptions function"),
    *("callfinish", "unpublished", "rejected", "alarms"),
)
"""Checks that pass on any local stack, whatever other tests have left on it."""


def test_healthy_stack_passes(postbacks: Postbacks, stack: Stack) -> None:
    """On a healthy stack no check fails, every check runs, and the API key is not shown."""
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])
    post(url_of(stack, "call-finished"), BODY)
    found = postbacks("doctor", "--json")
    levels = {each["subject"]: each["level"] for each in found.lines}
    assert found.status == 0
    assert not {"fail", "unknown"} & set(levels.values())
    assert {subject: levels[subject] for subject in WELL} == dict.fromkeys(WELL, "ok")
    assert "last postback came" in found.out
    assert api_key(stack) not in found.out + found.err


@pytest.fixture
def failures(stack: Stack) -> Iterator[str]:
    """Set a blank API key, raise an alarm and reject a postback; return the alarm's description."""
    cloudwatch = boto3.client(
        "cloudwatch",
        endpoint_url=stack.endpoint_url,
        region_name=stack.region,
        aws_access_key_id=CREDENTIALS["aws_access_key_id"],
        aws_secret_access_key=CREDENTIALS["aws_secret_access_key"],
    )
    alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
    key = api_key(stack)
    cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="ALARM", StateReason="a test")
    put_api_key(stack, " ")
    post(url_of(stack, "call-finished"), b"<")
    yield alarm["AlarmDescription"]
    put_api_key(stack, key)
    cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="the end of a test")
    stack.aws.sqs.purge_queue(QueueUrl=stack.outputs["RejectedQueueUrl"])


def test_failures(postbacks: Postbacks, failures: str) -> None:
    """Each failed check has a remedy, the other checks still run, and the command fails."""
    found = postbacks("doctor")
    lines = [" ".join(line.split()) for line in found.out.splitlines()]
    assert found.status == 1
    assert "is empty." in next(line for line in lines if line.startswith("fail API key"))
    assert "→ `postbacks --stack local set-api-key`" in lines
    assert any(line.startswith("fail alarm ") for line in lines)
    assert f"→ {failures}" in lines
    assert "→ `postbacks rejected` shows the reasons; after a fix, run `postbacks redrive`." in lines
    assert any(line.startswith("ok relay schedule") for line in lines)


def api_key(stack: Stack) -> str:
    """Return the stack's CallFire API key."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    return stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


def put_api_key(stack: Stack, value: str) -> None:
    """Store another CallFire API key."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    stack.aws.ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
