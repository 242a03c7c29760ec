"""The checks of `postbacks doctor` on the traffic: stuck postbacks and events, alarms, and consumers."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Final

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from postbacks_cli.queues import attributes, tail_queue
from postbacks_cli.times import age, shown

_RELAY_LATE: Final = timedelta(minutes=5)
"""The same limit as in the template's alarm."""


def unpublished(stack: Stack) -> Iterator[Finding]:
    """Check how long the oldest event has been waiting for the relay."""
    from callfire_postbacks.outbox.store import PARTITIONS  # noqa: PLC0415  it imports botocore's session

    waiting = [timestamp for part in PARTITIONS for timestamp in _waiting_since(stack, part)]
    if not waiting or age(min(waiting)) <= _RELAY_LATE:
        yield Finding("ok", "unpublished", "No event waits." if not waiting else "Some wait for the relay's next run.")
        return
    remedy = f"The log of {stack.output('RelayFunctionName')} names the reason."
    yield Finding("fail", "unpublished", f"An event has been waiting since {shown(min(waiting))} UTC.", remedy)


def _waiting_since(stack: Stack, part: str) -> Iterator[str]:
    table = stack.output("EventsTableName")
    found = stack.aws.dynamodb.query(
        TableName=table,
        IndexName="unpublished",
        KeyConditionExpression="unpublished = :part",
        ExpressionAttributeValues={":part": {"S": part}},
        Limit=1,
    )
    for entry in found["Items"]:  # the index lags behind the table, and contains no replay times
        item = stack.aws.dynamodb.get_item(TableName=table, Key={"id": entry["id"]}, ConsistentRead=True).get(
            "Item", {}
        )
        if "unpublished" in item:
            yield item["replay" if "replay" in item else "received_at"]["S"]


def parked_and_rejected(stack: Stack) -> Iterator[Finding]:
    """Check the numbers of parked and rejected postbacks."""
    log = stack.output("DrainFunctionName")
    remedies = {
        ("parked", "ParkedQueueUrl"): f"Drain tries them every 5 minutes; the log of {log} names the error.",
        (
            "rejected",
            "RejectedQueueUrl",
        ): "`postbacks rejected` shows the reasons; after a fix, run `postbacks redrive`.",
    }
    for (queue, output), remedy in remedies.items():
        depth = attributes.depth(stack, output)
        yield Finding("warn", queue, f"About {depth:,}.", remedy) if depth else Finding("ok", queue, "None.")


def alarms(stack: Stack) -> Iterator[Finding]:
    """Check which alarms are active."""
    names = stack.physical_ids("AWS::CloudWatch::Alarm")
    found = (
        stack.aws.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"] if names else []
    )  # none would mean all
    raised = [alarm for alarm in found if alarm["StateValue"] == "ALARM"]
    for alarm in raised:
        since = alarm["StateUpdatedTimestamp"].astimezone(UTC).isoformat()
        yield Finding("fail", "alarm", f"{alarm['AlarmName']}, since {shown(since)} UTC", alarm["AlarmDescription"])
    if not raised:
        yield Finding("ok", "alarms", f"{len(found)}, none raised.")


def alarm_recipients(stack: Stack) -> Iterator[Finding]:
    """Check that the topic of alarms has a confirmed subscriber."""
    found = stack.aws.sns.list_subscriptions_by_topic(TopicArn=stack.output("AlarmTopicArn"))["Subscriptions"]
    pending = [each["Endpoint"] for each in found if each["SubscriptionArn"] == "PendingConfirmation"]
    for endpoint in pending:
        remedy = "The recipient must follow the link in AWS's e-mail."
        yield Finding("warn", "alarm recipients", f"{endpoint} has not confirmed yet.", remedy)
    if not found:
        yield Finding(
            "warn", "alarm recipients", "The alarm topic has no subscription.", "Deploy with the parameter AlarmEmail."
        )
    elif len(pending) < len(found):
        yield Finding("ok", "alarm recipients", f"{len(found) - len(pending)} subscribed.")


def consumers(stack: Stack) -> Iterator[Finding]:
    """Check that the topic has subscribers, except the queues of `tail` and the console."""
    topic = stack.output("EventsTopicArn")
    subscribed = stack.aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    found = [each for each in subscribed if not tail_queue.is_temporary(each["Endpoint"])]
    if found:
        yield Finding("ok", "consumers", f"{len(found)} subscribed, at least.")
    else:
        yield Finding("warn", "consumers", "No consumer is subscribed.", f"Subscribe a queue or function to {topic}.")
