"""What `make check-aws` prints about settings that AWS keeps, on a small stack in moto."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from botocore.session import Session
from botocore.stub import Stubber
from moto import mock_aws

from postbacks_cli.aws.clients import Clients
from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from tests.support.aws.stubbed import stubbed_stack
from tools.check_aws import settings
from tools.check_aws.clients import client

KEY: Final = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
ALL: Final = ("table", "queue", "topic", "logs")


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    """Give moto's answers."""
    with mock_aws():
        yield


def deploy(key: str = "", *, encrypted_by: str = "") -> Stack:
    """Deploy one resource of each kind, encrypted by a key whatever the parameter says."""
    encrypted: dict[str, Any] = {"KmsMasterKeyId": encrypted_by} if encrypted_by else {}
    table: dict[str, Any] = {
        "TableName": "table",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if encrypted_by:  # moto's CloudFormation knows the name in DynamoDB's API only: not SSEEnabled
        table["SSESpecification"] = {"Enabled": True, "KMSMasterKeyId": encrypted_by}
    resources = {
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table},
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "queue"} | encrypted},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "topic"} | encrypted},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "logs"}},
    }
    stack = Stack("mine", Clients(Session(), "us-east-1"))
    stack.aws.cloudformation.create_stack(
        StackName="mine",
        TemplateBody=json.dumps({"Parameters": {"KmsKeyArn": {"Type": "String"}}, "Resources": resources}),
        Parameters=[{"ParameterKey": "KmsKeyArn", "ParameterValue": key}],
    )
    if encrypted_by:  # moto's CloudFormation ignores a log group's key
        client(stack, "logs").delete_log_group(logGroupName="logs")
        client(stack, "logs").create_log_group(logGroupName="logs", kmsKeyId=encrypted_by)
    return stack


def test_tables() -> None:
    """A table without expiry or backups is a failure."""
    stack = deploy()
    assert list(settings.tables(stack)) == [
        Finding("fail", "tables", "table: expiry DISABLED, point-in-time recovery DISABLED.")
    ]
    stack.aws.dynamodb.update_time_to_live(
        TableName="table", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    stack.aws.dynamodb.update_continuous_backups(
        TableName="table", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert [finding.level for finding in settings.tables(stack)] == ["ok"]


@pytest.mark.parametrize(
    ("key", "encrypted_by", "named"),
    [
        pytest.param("", "", (), id="keys of AWS"),
        pytest.param(KEY, KEY, (), id="own key"),
        pytest.param(KEY, "", ALL, id="own key that nothing uses"),
        pytest.param("", KEY, ALL, id="own key that is still in use"),
    ],
)
def test_encryption(key: str, encrypted_by: str, named: tuple[str, ...]) -> None:
    """A resource that does not use the key of the parameter is named."""
    [finding] = settings.encryption(deploy(key, encrypted_by=encrypted_by))
    assert finding.level == ("fail" if named else "ok")
    assert all(name in finding.detail for name in named)


@pytest.mark.parametrize(
    ("route", "level"),
    [
        pytest.param({"ThrottlingRateLimit": 200.0, "ThrottlingBurstLimit": 400}, "ok", id="as asked"),
        pytest.param({"ThrottlingRateLimit": 10.0, "ThrottlingBurstLimit": 20}, "fail", id="of another route"),
        pytest.param(None, "fail", id="none"),
    ],
)
def test_rate_limit(monkeypatch: pytest.MonkeyPatch, route: dict[str, Any] | None, level: str) -> None:
    """The postback route must have the limits of the parameters."""
    stack = stubbed_stack()
    limits = {"ThrottlingRateLimit": "200", "ThrottlingBurstLimit": "400"}
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in limits.items()]
    vars(stack)["description"]["Parameters"] = parameters
    monkeypatch.setattr(Stack, "physical_ids", lambda *_: ["a1"])
    gateway = stack.aws.session.create_client("apigatewayv2", "us-east-1")
    monkeypatch.setattr(settings, "client", lambda *_: gateway)
    stage = {"StageName": "$default", "RouteSettings": {"POST /postbacks/{subscription}/{token}": route}}
    with Stubber(gateway) as stubber:
        asked = {"ApiId": "a1", "StageName": "$default"}
        stubber.add_response("get_stage", stage if route else {"StageName": "$default"}, asked)
        [finding] = settings.rate_limit(stack)
    assert finding.level == level


GROUP: Final[dict[str, Any]] = {
    "alarmConfiguration": {"enabled": True, "alarms": [{"name": "a"}, {"name": "b"}]},
    "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
    "lastAttemptedDeployment": {"status": "Succeeded"},
}


@pytest.mark.parametrize(
    ("change", "level"),
    [
        pytest.param({}, "ok", id="as deployed"),
        pytest.param({"lastAttemptedDeployment": {"status": "Stopped"}}, "ok", id="rolled back"),
        pytest.param({"lastAttemptedDeployment": {}}, "unknown", id="no deployment yet"),
        pytest.param({"lastAttemptedDeployment": {"status": "Failed"}}, "fail", id="failed"),
        pytest.param({"alarmConfiguration": {}}, "fail", id="no alarms"),
        pytest.param({"alarmConfiguration": {"enabled": False, "alarms": [{"name": "a"}]}}, "fail", id="disabled"),
        pytest.param(
            {"alarmConfiguration": GROUP["alarmConfiguration"] | {"ignorePollAlarmFailure": True}},
            "fail",
            id="unreadable alarms are ignored",
        ),
        pytest.param(
            {"autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}},
            "fail",
            id="an alarm stops it without a rollback",
        ),
    ],
)
def test_gradual_deployment(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], level: str) -> None:
    """CodeDeploy must roll a release back on an alarm, and must have read the alarms once."""
    stack = stubbed_stack()
    monkeypatch.setattr(Stack, "physical_ids", lambda _, kind: [kind])
    codedeploy = stack.aws.session.create_client("codedeploy", "us-east-1")
    monkeypatch.setattr(settings, "client", lambda *_: codedeploy)
    with Stubber(codedeploy) as stubber:
        stubber.add_response("get_deployment_group", {"deploymentGroupInfo": GROUP | change})
        [finding] = settings.gradual_deployment(stack)
    assert finding.level == level


def test_all_at_once() -> None:
    """Without CodeDeploy there is nothing to check."""
    assert list(settings.gradual_deployment(deploy())) == []
