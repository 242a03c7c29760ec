"""Checks of records in CloudWatch: metrics, logs, and the history of alarms."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from tools.check_aws.clients import client
from tools.check_aws.reading import finding

_DAY: Final = timedelta(days=1)
_RECENT: Final = timedelta(minutes=10)
DENIED: Final = r"%AccessDenied|AuthorizationError|not\sauthorized%"
"""Error codes of AWS's services, and the words of their messages, as a regular expression of CloudWatch Logs:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html. Terms would match whole words only.
"""
URLS: Final = "%postbacks/[cv]%"
"""The beginnings of each subscription's path; the route, which is logged, has a brace there."""
_REACHED: Final = "Successfully executed action"
"""The beginning of CloudWatch's summary of a notification; "Failed to execute action" begins that of a failed one:
https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger.
"""


def relay_reports(stack: Stack) -> Iterator[Finding]:
    """Check that the schedule starts the relay, and that CloudWatch extracts metrics from its log."""
    now = datetime.now(UTC)
    found = stack.aws.cloudwatch.get_metric_statistics(
        Namespace="CallFirePostbacks",
        MetricName="UnpublishedAge",
        Dimensions=[{"Name": "service", "Value": stack.name}],
        StartTime=now - _RECENT,
        EndTime=now,
        Period=60,
        Statistics=["SampleCount"],
    )["Datapoints"]
    yield finding("relay", bool(found), f"UnpublishedAge was reported in {len(found)} of the last 10 minutes")


def permissions(stack: Stack) -> Iterator[Finding]:
    """Check that no function was denied a call."""
    for group in stack.physical_ids("AWS::Logs::LogGroup"):
        denied = _logged(stack, group, DENIED)
        yield finding("permissions", not denied, f"{group}: {len(denied)} calls denied within a day")


def access_log(stack: Stack) -> Iterator[Finding]:
    """Check that the API's log contains no postback URLs."""
    lines = _logged(stack, f"/aws/vendedlogs/http-api/{stack.name}", URLS)
    yield finding("access log", not lines, f"{len(lines)} lines with a postback URL within a day")


def alarm_actions(stack: Stack) -> Iterator[Finding]:
    """Check that CloudWatch could send the latest notification of each alarm, with a customer key too."""
    summaries: dict[str, str] = {}
    for name in stack.physical_ids("AWS::CloudWatch::Alarm"):
        history = stack.aws.cloudwatch.describe_alarm_history(
            AlarmName=name, HistoryItemType="Action", ScanBy="TimestampDescending", MaxRecords=1
        )["AlarmHistoryItems"]
        if history:
            summaries[name] = history[0]["HistorySummary"]
    for name, summary in summaries.items():
        yield finding("alarm actions", summary.startswith(_REACHED), f"{name}: {summary.rstrip('.')}")
    if not summaries:
        remedy = "`aws cloudwatch set-alarm-state` starts one; docs/proofs.md has the command."
        yield Finding("unknown", "alarm actions", "No alarm has notified anybody so far.", remedy)


def speed(stack: Stack) -> Iterator[Finding]:
    """Show how long receive took within a day; nothing is a failure."""
    now = datetime.now(UTC)
    found = stack.aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions=[{"Name": "FunctionName", "Value": stack.output("ReceiveFunctionName")}],
        StartTime=now - _DAY,
        EndTime=now,
        Period=int(_DAY.total_seconds()),
        ExtendedStatistics=["p50", "p99"],
    )["Datapoints"]
    for point in found:
        median, slow = (point["ExtendedStatistics"][name] for name in ("p50", "p99"))
        yield Finding(
            "ok", "speed", f"receive took {median:,.0f} ms at the median, {slow:,.0f} ms at the 99th percentile."
        )
    if not found:
        yield Finding("unknown", "speed", "receive did not run within a day.")


RECORDED: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "relay": relay_reports,
    "permissions": permissions,
    "access log": access_log,
    "alarm actions": alarm_actions,
    "speed": speed,
}


def _logged(stack: Stack, group: str, pattern: str) -> list[Any]:
    since = int((datetime.now(UTC) - _DAY).timestamp() * 1000)
    pages = client(stack, "logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=group, startTime=since, filterPattern=pattern)
    return [event for page in found for event in page["events"]]
