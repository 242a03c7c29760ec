"""What `make check-aws` prints about records of CloudWatch, and about answers, both stubbed."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from botocore.stub import ANY, Stubber

from tests.support.aws.stubbed import stubbed_stack
from tools.check_aws import __main__ as program
from tools.check_aws import reading, records, sending

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
SENT = f"Successfully executed action {TOPIC}"
REFUSED = f'Failed to execute action {TOPIC}. Received error: "CloudWatch Alarms is not authorized"'


@pytest.mark.parametrize(
    ("latest", "levels"),
    [
        pytest.param({"a": None, "b": None}, ["unknown"], id="never notified"),
        pytest.param({"a": SENT, "b": None}, ["ok"], id="notified once"),
        pytest.param({"a": SENT, "b": REFUSED}, ["ok", "fail"], id="not authorized"),
    ],
)
def test_alarm_actions(latest: dict[str, str | None], levels: list[str]) -> None:
    """The latest notification of each alarm must have succeeded; without any, the check knows nothing."""
    stack = stubbed_stack()
    alarms = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": name,
            "ResourceType": "AWS::CloudWatch::Alarm",
            "LastUpdatedTimestamp": datetime.now(UTC),
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for name in latest
    ]
    with Stubber(stack.aws.cloudformation) as cloudformation, Stubber(stack.aws.cloudwatch) as cloudwatch:
        cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": alarms})
        for name, summary in latest.items():
            asked = {"AlarmName": name, "HistoryItemType": "Action", "ScanBy": ANY, "MaxRecords": 1}
            items = [{"HistorySummary": summary}] if summary else []
            cloudwatch.add_response("describe_alarm_history", {"AlarmHistoryItems": items}, asked)
        findings = list(records.alarm_actions(stack))
    assert [finding.level for finding in findings] == levels
    assert all("not authorized" in finding.detail for finding in findings if finding.level == "fail")


@pytest.mark.parametrize(
    ("points", "detail"),
    [
        pytest.param([], "receive did not run within a day.", id="no postback"),
        pytest.param(
            [{"ExtendedStatistics": {"p50": 13.6, "p99": 1402.2}}],
            "receive took 14 ms at the median, 1,402 ms at the 99th percentile.",
            id="postbacks",
        ),
    ],
)
def test_speed(points: list[dict[str, Any]], detail: str) -> None:
    """The median and the 99th percentile of a day are shown, and are never a failure."""
    stack = stubbed_stack(ReceiveFunctionName="receive")
    with Stubber(stack.aws.cloudwatch) as cloudwatch:
        cloudwatch.add_response("get_metric_statistics", {"Datapoints": points})
        (finding,) = records.speed(stack)
    assert finding.detail == detail
    assert finding.level != "fail"


def test_routes_are_checked_behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operators' routes are checked at the API itself, because a proxy at PublicUrl may hide an open one."""
    asked: list[str] = []

    def get(url: str, **_: object) -> requests.Response:
        asked.append(url)
        answer = requests.Response()
        answer.status_code = 403
        return answer

    monkeypatch.setattr(requests, "get", get)
    [finding] = reading.closed_routes(stubbed_stack(ApiUrl="https://a1.execute-api.us-east-1.amazonaws.com"))
    assert (finding.level, asked) == ("ok", ["https://a1.execute-api.us-east-1.amazonaws.com/subscriptions"])


@pytest.mark.parametrize(
    ("pattern", "line", "is_found"),
    [
        (records.URLS, '{"path":"/postbacks/callfinish/secret"}', True),
        (records.URLS, '{"path":"/postbacks/campaignfinish-22222/secret"}', True),
        (records.URLS, '{"path":"/postbacks/v2/secret"}', True),
        (records.URLS, '{"route":"POST /postbacks/{subscription}/{token}"}', False),
        (records.DENIED, '{"code":"AccessDeniedException"}', True),
        (records.DENIED, '{"code":"KMSAccessDeniedException"}', True),
        (records.DENIED, '{"code":"AuthorizationError"}', True),
        (records.DENIED, "User: arn:aws:sts::1:assumed-role/r is not authorized to perform: sns:Publish", True),
        (records.DENIED, '{"message":"Answered","status":"accepted"}', False),
    ],
)
def test_logs_are_searched(pattern: str, line: str, *, is_found: bool) -> None:
    """The searches of the logs find URLs and denied calls, and no other lines."""
    assert bool(re.search(pattern.strip("%"), line)) is is_found


def test_first_deployment_failed() -> None:
    """Of a stack whose first deployment failed, the only line names the remedy."""
    stack = stubbed_stack()
    vars(stack)["description"] |= {"StackStatus": "ROLLBACK_COMPLETE", "Outputs": []}
    [finding] = program.findings(stack, send=True)
    assert (finding.level, finding.subject) == ("fail", "stack")


@pytest.mark.parametrize(("status", "body"), [(500, b'{"message":"Internal Server Error"}'), (404, b"{}"), (502, b"<")])
def test_answer_without_an_event(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> None:
    """An answer of API Gateway itself is a failure with its status."""
    answer = requests.Response()
    answer.status_code, answer._content = status, body  # noqa: SLF001  as requests does
    monkeypatch.setenv("POSTBACKS_URL", "https://api.example.com/postbacks/callfinish/secret")
    monkeypatch.setattr(requests, "post", lambda *_, **__: answer)
    found = [*sending.one_postback(stubbed_stack()), *sending.bytes_of_a_text(stubbed_stack())]
    assert {finding.level for finding in found} == {"fail"}
    assert all(str(status) in finding.detail for finding in found)
