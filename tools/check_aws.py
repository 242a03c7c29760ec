"""Check on AWS what a local stack cannot show.

    make check-aws STACK=name               reads, and posts to a URL that does not exist
    make check-aws STACK=name ARGS=--send   also posts one sample to POSTBACKS_URL, and finds its event

Every consumer of the stack receives the sample. docs/proofs.md explains each line.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import requests
import typer
from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli import find_stack
from postbacks_cli.checks.examine import examine
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.stack import Stack
from tools.samples import SAMPLES

_SECONDS: Final = 35
_PUBLISH_SECONDS: Final = 30
_RECENT: Final = timedelta(minutes=10)
_DENIED: Final = "?AccessDenied ?AuthorizationError ?NotAuthorized"
_FORMS: Final = ("application/xml", "application/x-www-form-urlencoded")
"""Two content types: API Gateway passes bodies of the first as text, and of the second in base64."""


def closed_routes(stack: Stack) -> Iterator[Finding]:
    """Check that the operators' routes require a signature."""
    status = requests.get(f"{_api_url(stack)}/subscriptions", timeout=_SECONDS).status_code
    yield _finding(
        "IAM routes", status == requests.codes.forbidden, f"GET /subscriptions without a signature: {status}"
    )


def unknown_url(stack: Stack) -> Iterator[Finding]:
    """Check that receive can look a URL up, and answers 404 to one that does not exist."""
    url = f"{_api_url(stack)}/postbacks/callfinish/{secrets.token_urlsafe(32)}"
    status = requests.post(url, SAMPLES["text-sent"], timeout=_SECONDS).status_code
    yield _finding("unknown URL", status == requests.codes.not_found, f"POST to a URL that does not exist: {status}")


def relay_reports(stack: Stack) -> Iterator[Finding]:
    """Check that the schedule starts the relay, and that CloudWatch extracts metrics from its log."""
    now = datetime.now(UTC)
    found = stack.cloudwatch.get_metric_statistics(
        Namespace="CallFirePostbacks",
        MetricName="UnpublishedAge",
        Dimensions=[{"Name": "service", "Value": stack.name}],
        StartTime=now - _RECENT,
        EndTime=now,
        Period=60,
        Statistics=["SampleCount"],
    )["Datapoints"]
    yield _finding("relay", bool(found), f"UnpublishedAge was reported in {len(found)} of the last 10 minutes")


def permissions(stack: Stack) -> Iterator[Finding]:
    """Check that no function was denied a call."""
    for group in stack.physical_ids("AWS::Logs::LogGroup"):
        denied = _logged(stack, group, _DENIED)
        yield _finding("permissions", not denied, f"{group}: {len(denied)} calls denied within a day")


def access_log(stack: Stack) -> Iterator[Finding]:
    """Check that the API's log contains no postback URLs."""
    lines = _logged(stack, f"/aws/http-api/{stack.name}", '"postbacks/c"')
    yield _finding("access log", not lines, f"{len(lines)} lines with a postback URL within a day")


def tables(stack: Stack) -> Iterator[Finding]:
    """Check that the tables expire items, and can be restored."""
    for name in stack.physical_ids("AWS::DynamoDB::Table"):
        expiry = stack.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
        backups = stack.dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        detail = f"{name}: expiry {expiry}, point-in-time recovery {recovery}"
        yield _finding("tables", expiry == recovery == "ENABLED", detail)


def tls_only(stack: Stack) -> Iterator[Finding]:
    """Check that a queue refuses a request without TLS."""
    plain: Any = stack.session.create_client(
        "sqs", region_name=stack.region, endpoint_url=stack.endpoint_url, use_ssl=False
    )
    try:
        plain.get_queue_attributes(QueueUrl=stack.output("ParkedQueueUrl"), AttributeNames=["QueueArn"])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield _finding("TLS only", "AccessDenied" in code, f"A request to SQS without TLS: {code}")
    else:
        yield _finding("TLS only", False, "A request to SQS without TLS was answered")  # noqa: FBT003


def one_postback(stack: Stack) -> Iterator[Finding]:
    """Check that one postback becomes one published event, as text and in base64."""
    url = os.environ.get("POSTBACKS_URL")
    if not url:
        raise CommandError("POSTBACKS_URL is not set; `postbacks create-url callfinish` makes a URL.")
    answers = [
        requests.post(url, SAMPLES["text-sent"], headers={"content-type": form}, timeout=_SECONDS) for form in _FORMS
    ]
    statuses = [answer.status_code for answer in answers]
    ids = {answer.json().get("id") for answer in answers if answer.ok}
    yield _finding("postback", len(ids) == 1 and statuses == [200, 200], f"Answers {statuses}, {len(ids)} event")
    if ids:
        yield _finding("event", _is_published(stack, ids.pop()), "It is stored, and SNS has taken it")


READING: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "IAM routes": closed_routes,
    "unknown URL": unknown_url,
    "relay": relay_reports,
    "permissions": permissions,
    "access log": access_log,
    "tables": tables,
    "TLS only": tls_only,
}


def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="STACK")],
    *,
    send: Annotated[bool, typer.Option(help="Post one sample to POSTBACKS_URL as well.")] = False,
) -> None:
    """Check a stack on AWS, and end with 1 if a check fails."""
    context.obj = find_stack.Choice(name, None, None)
    failed = False
    for finding in findings(find_stack.of(context), send=send):
        failed |= finding.level == "fail"
        print(f"{finding.level:9}{finding.subject:24}{finding.detail} {finding.remedy}".rstrip())
    raise typer.Exit(failed)


def findings(stack: Stack, *, send: bool) -> Iterator[Finding]:
    """Run the checks of `postbacks doctor`, then those of this program; a check that fails to run is unknown."""
    yield from examine(stack)
    for subject, look in (READING | ({"postback": one_postback} if send else {})).items():
        try:
            yield from look(stack)
        except (BotoCoreError, ClientError) as error:
            yield Finding("unknown", subject, explain(error))
        except (requests.RequestException, CommandError) as error:
            # requests' message would quote the URL, which is a secret.
            yield Finding("fail", subject, str(error) if isinstance(error, CommandError) else type(error).__name__)


def _finding(subject: str, holds: bool, detail: str) -> Finding:  # noqa: FBT001
    return Finding("ok" if holds else "fail", subject, f"{detail}.")


def _api_url(stack: Stack) -> str:
    return stack.ssm.get_parameter(Name=stack.output("ApiUrlParameterName"))["Parameter"]["Value"]


def _logged(stack: Stack, group: str, pattern: str) -> list[Any]:
    since = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
    logs = stack.session.create_client("logs", region_name=stack.region, endpoint_url=stack.endpoint_url)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since, filterPattern=pattern)
    return [event for page in pages for event in page["events"]]


def _is_published(stack: Stack, event_id: str) -> bool:
    end = time.monotonic() + _PUBLISH_SECONDS
    while time.monotonic() < end:
        item = stack.dynamodb.get_item(
            TableName=stack.output("EventsTableName"), Key={"id": {"S": event_id}}, ConsistentRead=True
        ).get("Item", {})
        if "published_at" in item and "unpublished" not in item:
            return True
        time.sleep(1)
    return False


if __name__ == "__main__":
    try:
        typer.run(check)
    except (CommandError, BotoCoreError, ClientError) as error:
        sys.exit(explain(error) if not isinstance(error, CommandError) else str(error))
