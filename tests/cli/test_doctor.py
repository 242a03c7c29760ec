"""`postbacks doctor`."""

from collections.abc import Iterator

import boto3
import pytest

from local.aws import CREDENTIALS
from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.terminal import Postbacks

BODY = b"<call-finished><callid>72001</callid></call-finished>"

WELL = (
    *("stack", "API key", "API", "relay schedule", "parked to drain"),
    *("receive function", "relay function", "drain function", "subscriptions function"),
    *("callfinish", "unpublished", "rejected", "alarms"),
)
"""What is as it should be on any laptop stack, whatever other tests have left on it."""


def test_all_is_well(postbacks: Postbacks, stack: Stack) -> None:
    """On a stack that works nothing fails, everything has been looked at, and the API key is not shown."""
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
def trouble(stack: Stack) -> Iterator[str]:
    """An API key of blanks, an alarm that is raised, and a rejected postback; returns the alarm's description."""
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


def test_trouble(postbacks: Postbacks, trouble: str) -> None:
    """What fails is named with what to do about it, the rest is looked at all the same, and the end is a failure."""
    found = postbacks("doctor")
    lines = [" ".join(line.split()) for line in found.out.splitlines()]
    assert found.status == 1
    assert "is empty." in next(line for line in lines if line.startswith("fail API key"))
    assert "→ `postbacks --stack local set-api-key`" in lines
    assert any(line.startswith("fail alarm ") for line in lines)
    assert f"→ {trouble}" in lines
    assert "→ `postbacks rejected` says why; after a fix, `postbacks redrive`." in lines
    assert any(line.startswith("ok relay schedule") for line in lines)


def api_key(stack: Stack) -> str:
    """CallFire's API key, as the stack has it."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    return stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


def put_api_key(stack: Stack, value: str) -> None:
    """Store another one."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    stack.aws.ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
