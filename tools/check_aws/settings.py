"""Checks of settings that AWS keeps: rate limit, expiry, backups, encryption, rollback of a gradual deployment."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from tools.check_aws.clients import client
from tools.check_aws.reading import finding

_KEYS_OF_AWS: Final = {"", "alias/aws/sns"}
"""The keys of resources without `KmsKeyArn`; an empty one means a key that AWS owns, or none."""


_ROUTE: Final = "POST /postbacks/{subscription}/{token}"


def rate_limit(stack: Stack) -> Iterator[Finding]:
    """Check that the route of postbacks has the limits of the parameters, which CloudFormation passes on unchecked."""
    wanted = [float(stack.parameter(name)) for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")]
    for api in stack.physical_ids("AWS::ApiGatewayV2::Api"):
        stage = client(stack, "apigatewayv2").get_stage(ApiId=api, StageName="$default")
        route = stage.get("RouteSettings", {}).get(_ROUTE, {})
        found = [route.get(name) for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit")]
        yield finding("rate limit", found == wanted, f"{found[0]} postbacks a second, {found[1]} at once")


def tables(stack: Stack) -> Iterator[Finding]:
    """Check that the tables expire items, and can be restored."""
    for name in stack.physical_ids("AWS::DynamoDB::Table"):
        expiry = stack.aws.dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"]
        backups = stack.aws.dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        detail = f"{name}: expiry {expiry}, point-in-time recovery {recovery}"
        yield finding("tables", expiry == recovery == "ENABLED", detail)


def encryption(stack: Stack) -> Iterator[Finding]:
    """Check that every resource uses the customer's key, or keys of AWS without one, also after a change."""
    key = stack.parameter("KmsKeyArn")
    others = [name for name, used in _keys(stack) if used not in ({key} if key else _KEYS_OF_AWS)]
    which = f"{', '.join(others)} do not use" if others else "Tables, queues, topics and logs use"
    yield finding("encryption", not others, f"{which} {key or 'keys of AWS'}")


def _keys(stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield the name of each table, queue, topic and log group, with the key that encrypts new data."""
    aws, logs = stack.aws, client(stack, "logs")
    for name in stack.physical_ids("AWS::DynamoDB::Table"):
        described = aws.dynamodb.describe_table(TableName=name)["Table"].get("SSEDescription", {})
        yield name, described.get("KMSMasterKeyArn", "")
    for url in stack.physical_ids("AWS::SQS::Queue"):
        answer = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId"])
        yield url, answer.get("Attributes", {}).get("KmsMasterKeyId", "")
    for arn in stack.physical_ids("AWS::SNS::Topic"):
        yield arn, aws.sns.get_topic_attributes(TopicArn=arn)["Attributes"].get("KmsMasterKeyId", "")
    for name in stack.physical_ids("AWS::Logs::LogGroup"):
        groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        yield from ((name, group.get("kmsKeyId", "")) for group in groups if group["logGroupName"] == name)


def gradual_deployment(stack: Stack) -> Iterator[Finding]:
    """Check that an alarm rolls a gradual deployment back, and that CodeDeploy could read the alarms."""
    for application in stack.physical_ids("AWS::CodeDeploy::Application"):
        for group in stack.physical_ids("AWS::CodeDeploy::DeploymentGroup"):
            found = client(stack, "codedeploy").get_deployment_group(
                applicationName=application, deploymentGroupName=group
            )["deploymentGroupInfo"]
            yield _rollback(found)


def _rollback(group: dict[str, Any]) -> Finding:
    alarms, rollback = group.get("alarmConfiguration", {}), group.get("autoRollbackConfiguration", {})
    is_watched = alarms.get("enabled", False) and not alarms.get("ignorePollAlarmFailure", False)
    watched = len(alarms.get("alarms", ())) if is_watched else 0
    rolls_back = rollback.get("enabled", False) and "DEPLOYMENT_STOP_ON_ALARM" in rollback.get("events", ())
    latest = group.get("lastAttemptedDeployment", {}).get("status")
    detail = f"{watched} alarms stop a deployment, which is {'' if rolls_back else 'not '}rolled back"
    if watched and rolls_back and not latest:
        remedy = "CodeDeploy reads the alarms when it deploys the next release."
        return Finding("unknown", "gradual deployment", f"{detail}; there was none yet.", remedy)
    holds = bool(watched and rolls_back and latest != "Failed")
    return finding("gradual deployment", holds, f"{detail}; the latest one: {latest}")


SETTINGS: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "rate limit": rate_limit,
    "tables": tables,
    "encryption": encryption,
    "gradual deployment": gradual_deployment,
}
