"""The template's tables and queues as `postbacks` sees them: a stack with AWS in process."""

import os

from postbacks_cli.aws.stack import Stack
from tests.support.aws.stubbed import stubbed_stack


def operators_stack() -> Stack:
    """Return a stack with the outputs that name the tables and queues of the fixture `aws`."""
    return stubbed_stack(
        EventsTableName=os.environ["EVENTS_TABLE"],
        EventsTopicArn=os.environ["EVENTS_TOPIC_ARN"],
        SubscriptionsTableName=os.environ["SUBSCRIPTIONS_TABLE"],
        ParkedQueueUrl=os.environ["PARKED_QUEUE_URL"],
        RejectedQueueUrl=os.environ["REJECTED_QUEUE_URL"],
        RelayFunctionName="relay",
        SubscriptionsFunctionName="subscriptions",
    )
