"""examples/archive: records of the stream arrive in the bucket.

The local SNS delivers to no stream, and the local Firehose does not compress.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from callfire_events.envelope import to_json
from callfire_events.parsing import parse
from local.stack import Stack
from tests.support.building import normalize
from tests.support.stack.examples import deploy
from tests.support.waiting import wait_until
from tools.samples import SAMPLES

NAME = "archive"


@pytest.fixture(scope="module")
def archive(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the example's outputs."""
    yield deploy(NAME, stack=stack, directory=tmp_path_factory.mktemp(NAME))
    stack.aws.cloudformation.delete_stack(StackName=NAME)


def test_events_are_in_the_bucket(stack: Stack, archive: dict[str, str]) -> None:
    """Each event is a line in a file of its day, and `parse` reads it."""
    bucket = archive["BucketName"]
    events = [normalize(body, received_at=datetime.now(UTC), zone=UTC) for body in SAMPLES.values()]
    for event in events:  # in SNS's format: docs.aws.amazon.com/sns/latest/dg/firehose-archived-message-format-S3.html
        stack.aws.firehose.put_record(
            DeliveryStreamName=archive["StreamName"], Record={"Data": (to_json(event) + "\n").encode()}
        )

    def archived() -> list[str]:
        keys = [item["Key"] for item in stack.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        assert all(key.startswith("events/20") for key in keys)
        files = [stack.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]
        return [line for file in files for line in file.decode().splitlines()]

    wait_until(lambda: len(archived()) == len(events))
    assert {parse(line).id for line in archived()} == {event["id"] for event in events}


@pytest.mark.usefixtures("archive")
def test_stream_is_subscribed(stack: Stack) -> None:
    """The subscription asks for raw delivery, through a role that may write to the stream, with a dead-letter queue."""
    pages = stack.aws.sns.get_paginator("list_subscriptions_by_topic").paginate(
        TopicArn=stack.outputs["EventsTopicArn"]
    )
    found = [one for page in pages for one in page["Subscriptions"] if one["Protocol"] == "firehose"]
    [subscription] = found
    attributes = stack.aws.sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])[
        "Attributes"
    ]
    assert attributes["RawMessageDelivery"] == "true"
    assert ":role/" in attributes["SubscriptionRoleArn"]
    assert "DeadLetterQueue" in attributes["RedrivePolicy"]
