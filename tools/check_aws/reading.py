"""Checks that only read, or post to a URL that does not exist."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests
from botocore.exceptions import ClientError

from postbacks_cli.checks.findings import Finding
from postbacks_cli.stack import Stack
from tools.samples import SAMPLES

SECONDS: Final = 35
"""The timeout of a request: API Gateway answers within 30 s."""

_RECENT: Final = timedelta(minutes=10)
_DENIED: Final = (
    "?AccessDenied ?AccessDeniedException ?KMSAccessDenied ?KMSAccessDeniedException"
    ' ?AuthorizationError ?AuthorizationErrorException ?"not authorized"'
)
"""Error codes of AWS's services, written out, because a term may match whole words only."""
_URLS: Final = '?"postbacks/c" ?"postbacks/v"'
"""The beginnings of each subscription's path; the route, which is logged, has a brace there."""


def closed_routes(stack: Stack) -> Iterator[Finding]:
    """Check that the operators' routes require a signature."""
    status = requests.get(f"{_api_url(stack)}/subscriptions", timeout=SECONDS).status_code
    yield finding("IAM routes", status == requests.codes.forbidden, f"GET /subscriptions without a signature: {status}")


def unknown_url(stack: Stack) -> Iterator[Finding]:
    """Check that receive can look a URL up, and answers 404 to one that does not exist."""
    url = f"{_api_url(stack)}/postbacks/callfinish/{secrets.token_urlsafe(32)}"
    status = requests.post(url, SAMPLES["text-sent"], timeout=SECONDS).status_code
    yield finding("unknown URL", status == requests.codes.not_found, f"POST to a URL that does not exist: {status}")


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
        denied = _logged(stack, group, _DENIED)
        yield finding("permissions", not denied, f"{group}: {len(denied)} calls denied within a day")


def access_log(stack: Stack) -> Iterator[Finding]:
    """Check that the API's log contains no postback URLs."""
    lines = _logged(stack, f"/aws/http-api/{stack.name}", _URLS)
    yield finding("access log", not lines, f"{len(lines)} lines with a postback URL within a day")


def tables(stack: Stack) -> Iterator[Finding]:
    """Check that the tables expire items, and can be restored."""
    for name in stack.physical_ids("AWS::DynamoDB::Table"):
        expiry = stack.aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
        backups = stack.aws.dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        detail = f"{name}: expiry {expiry}, point-in-time recovery {recovery}"
        yield finding("tables", expiry == recovery == "ENABLED", detail)


def tls_only(stack: Stack) -> Iterator[Finding]:
    """Check that a queue refuses a request without TLS."""
    plain: Any = stack.aws.session.create_client(
        "sqs", region_name=stack.aws.region, endpoint_url=stack.endpoint_url, use_ssl=False
    )
    try:
        plain.get_queue_attributes(QueueUrl=stack.output("ParkedQueueUrl"), AttributeNames=["QueueArn"])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield finding("TLS only", "AccessDenied" in code, f"A request to SQS without TLS: {code}")
    else:
        yield finding("TLS only", False, "A request to SQS without TLS was answered")  # noqa: FBT003


READING: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "IAM routes": closed_routes,
    "unknown URL": unknown_url,
    "relay": relay_reports,
    "permissions": permissions,
    "access log": access_log,
    "tables": tables,
    "TLS only": tls_only,
}


def finding(subject: str, holds: bool, detail: str) -> Finding:  # noqa: FBT001
    """Build a finding, a failure unless the promise holds."""
    return Finding("ok" if holds else "fail", subject, f"{detail}.")


def _api_url(stack: Stack) -> str:
    return stack.aws.ssm.get_parameter(Name=stack.output("ApiUrlParameterName"))["Parameter"]["Value"]


def _logged(stack: Stack, group: str, pattern: str) -> list[Any]:
    since = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
    logs = stack.aws.session.create_client("logs", region_name=stack.aws.region, endpoint_url=stack.endpoint_url)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since, filterPattern=pattern)
    return [event for page in pages for event in page["events"]]
