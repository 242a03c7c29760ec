"""The checks of `postbacks doctor` on the traffic: incoming postbacks, outgoing events, and stuck ones."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any, Final

from postbacks_cli import queues
from postbacks_cli.checks.findings import Finding, Level
from postbacks_cli.invocation import invoke
from postbacks_cli.stack import Stack
from postbacks_cli.times import age, shown

SILENCE: Final = timedelta(days=7)
"""This long without a postback is worth a look."""
_RELAY_LATE: Final = timedelta(minutes=5)
"""The same limit as in the template's alarm."""
_SIGNED: Final = "v2"
"""The subscription whose postbacks CallFire signs."""
_PARTS: Final = "0123456789abcdef"
"""The values of the attribute `unpublished`, see callfire_postbacks.outbox.store."""


def subscriptions(stack: Stack) -> Iterator[Finding]:
    """Check the subscriptions, and when the last postback of each arrived."""
    found = invoke(stack, "SubscriptionsFunctionName", {"action": "list"})["subscriptions"]
    live = [each for each in found if each["live_urls"]]
    yield from map(_subscription, live)
    for each in found:
        yield from _webhooks(each)
        yield from _signatures(each)
    if not live:
        yield Finding("fail", "subscriptions", "Nothing is subscribed.", "`postbacks subscribe callfinish`")
    yield from _missing(stack, {each["subscription"] for each in live}, {each["subscription"] for each in found})


def _missing(stack: Stack, live: set[str], known: set[str]) -> Iterator[Finding]:
    """Find missing subscriptions: declared ones that are not live, and calls if only campaigns are subscribed."""
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.description.get("Parameters", ())}
    declared = {name.strip() for name in parameters.get("Subscriptions", "").split(",")} - {""}
    for name in sorted(declared - live):
        remedy = f"`postbacks subscribe {name}`, or take it out of the parameter Subscriptions."
        yield Finding("fail", name, "The stack declares it, and it has no live URL.", remedy)
    families = {name.partition("-")[0] for name in live}
    if families == {"campaignfinish"} and "callfinish" not in declared:
        level: Level = "fail" if "callfinish" in known else "warn"
        detail = "Campaigns come in, and calls and texts do not: it has no live URL."
        yield Finding(level, "callfinish", detail, "`postbacks subscribe callfinish`")


def _subscription(each: dict[str, Any]) -> Finding:
    name, state, last = each["subscription"], each["state"], each.get("last_postback_at")
    arrival = f"its last postback came {shown(last)} UTC" if last else "no postback came yet"
    if state == "unconfirmed":
        remedy = f"`postbacks subscribe {name}` completes it."
        return Finding("warn", name, f"CallFire did not say whether it took the URL; {arrival}.", remedy)
    latest = last or each.get("subscribed_at")
    if latest and age(latest) > SILENCE:
        command = "create-url" if state == "by-hand" else "rotate"
        remedy = f"If calls were made, CallFire has dropped us: `postbacks {command} {name}`."
        return Finding("warn", name, f"{state}, and silent: {arrival}.", remedy)
    return Finding("ok", name, f"{state}; {arrival}.")


def _webhooks(each: dict[str, Any]) -> Iterator[Finding]:
    """Check that CallFire's webhooks match the subscription, if CallFire lists them."""
    if "at_callfire" not in each:
        return
    compared, subject = each["at_callfire"], f"{each['subscription']} at CallFire"
    if compared["outcome"] == "as-asked":
        yield Finding("ok", subject, f"{compared['detail']}.")
    elif compared["outcome"] == "unknown":
        yield Finding("unknown", subject, compared["detail"])
    else:
        differs, _, remedy = compared["detail"].partition(": ")
        yield Finding("fail" if each["live_urls"] else "warn", subject, f"{differs}.", remedy)


def _signatures(each: dict[str, Any]) -> Iterator[Finding]:
    """Check that CallFire signs the postbacks that must be signed."""
    if each["subscription"] != _SIGNED or each["state"] not in ("subscribed", "unconfirmed"):
        return
    subject = f"{each['subscription']} signatures"
    if "signed_at" in each:
        yield Finding("ok", subject, f"Required since {shown(each['signed_at'])} UTC, when the first valid one came.")
    elif "last_postback_at" in each:
        remedy = (
            "`postbacks rotate v2` gives CallFire a new secret; until one is valid, postbacks are accepted unsigned."
        )
        yield Finding("warn", subject, "No postback has had a valid signature yet.", remedy)
    else:
        yield Finding("ok", subject, "No postback came yet; the first valid signature makes them required.")


def unpublished(stack: Stack) -> Iterator[Finding]:
    """Check how long the oldest event has been waiting for the relay."""
    waiting = [timestamp for part in _PARTS for timestamp in _waiting_since(stack, part)]
    if not waiting or age(min(waiting)) <= _RELAY_LATE:
        yield Finding("ok", "unpublished", "None waits." if not waiting else "Some wait for the relay's next run.")
        return
    remedy = f"The log of {stack.output('RelayFunctionName')} says why it is not published."
    yield Finding("fail", "unpublished", f"An event has been waiting since {shown(min(waiting))} UTC.", remedy)


def _waiting_since(stack: Stack, part: str) -> Iterator[str]:
    table = stack.output("EventsTableName")
    found = stack.dynamodb.query(
        TableName=table,
        IndexName="unpublished",
        KeyConditionExpression="unpublished = :part",
        ExpressionAttributeValues={":part": {"S": part}},
        Limit=1,
    )
    for entry in found["Items"]:  # the index lags behind the table, and contains no replay times
        item = stack.dynamodb.get_item(TableName=table, Key={"id": entry["id"]}, ConsistentRead=True).get("Item", {})
        if "unpublished" in item:
            yield item["replay" if "replay" in item else "received_at"]["S"]


def parked_and_rejected(stack: Stack) -> Iterator[Finding]:
    """Check the numbers of parked and rejected postbacks."""
    log = stack.output("DrainFunctionName")
    remedies = {
        ("parked", "ParkedQueueUrl"): f"Drain tries them every 5 minutes; the log of {log} names the error.",
        ("rejected", "RejectedQueueUrl"): "`postbacks rejected` says why; after a fix, `postbacks redrive`.",
    }
    for (queue, output), remedy in remedies.items():
        depth = queues.depth(stack, output)
        yield Finding("warn", queue, f"About {depth:,}.", remedy) if depth else Finding("ok", queue, "None.")


def alarms(stack: Stack) -> Iterator[Finding]:
    """Check which alarms are active."""
    names = stack.physical_ids("AWS::CloudWatch::Alarm")
    found = stack.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"] if names else []  # none would mean all
    raised = [alarm for alarm in found if alarm["StateValue"] == "ALARM"]
    for alarm in raised:
        since = alarm["StateUpdatedTimestamp"].astimezone(UTC).isoformat()
        yield Finding("fail", "alarm", f"{alarm['AlarmName']}, since {shown(since)} UTC", alarm["AlarmDescription"])
    if not raised:
        yield Finding("ok", "alarms", f"{len(found)}, none raised.")


def alarm_recipients(stack: Stack) -> Iterator[Finding]:
    """Check that the topic of alarms has a confirmed subscriber."""
    found = stack.sns.list_subscriptions_by_topic(TopicArn=stack.output("AlarmTopicArn"))["Subscriptions"]
    pending = [each["Endpoint"] for each in found if each["SubscriptionArn"] == "PendingConfirmation"]
    for endpoint in pending:
        remedy = "The recipient must follow the link in AWS's mail."
        yield Finding("warn", "who hears alarms", f"{endpoint} has not confirmed yet.", remedy)
    if not found:
        yield Finding("warn", "who hears alarms", "Nobody.", "Deploy with the parameter AlarmEmail.")
    elif len(pending) < len(found):
        yield Finding("ok", "who hears alarms", f"{len(found) - len(pending)} subscribed.")


def consumers(stack: Stack) -> Iterator[Finding]:
    """Check that the topic has subscribers."""
    topic = stack.output("EventsTopicArn")
    found = stack.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    if found:
        yield Finding("ok", "consumers", f"{len(found)} subscribed, at least.")
    else:
        yield Finding("warn", "consumers", "Nobody gets the events.", f"Subscribe a queue or function to {topic}.")
