"""A stack, its outputs and resources from CloudFormation, and the AWS clients for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from postbacks_cli.errors import CommandError
from postbacks_cli.web import session_for

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_INVOCATION_SECONDS: Final = 75
"""The timeout of an invocation: the relay works for 60 s at most, the others for less."""

NEVER_DEPLOYED: Final = ("REVIEW_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""CloudFormation's statuses of a stack whose first deployment has not started, or has failed."""

_UNKNOWN_STACK: Final = "ValidationError"
"""CloudFormation's error code for an unknown stack."""


@dataclass(frozen=True)
class Stack:
    """A stack, and the AWS clients for it."""

    name: str
    session: "Session"
    region: str | None
    endpoint_url: str | None = None
    """The endpoint of the local AWS; None for real AWS."""
    fake_callfire: str | None = None
    """The URL of the local stack's fake CallFire."""

    @property
    def postback_urls(self) -> dict[str, str]:
        """The live URLs that the fake CallFire posts to, by subscription; on AWS no URL is stored.

        Raises:
            CommandError: The fake CallFire does not answer.
        """
        if not self.fake_callfire:
            return {}
        import requests  # noqa: PLC0415  commands that send nothing start sooner

        try:
            with session_for(self.fake_callfire) as session:
                found: dict[str, str] = session.get(f"{self.fake_callfire}/control/urls", timeout=5).json()
        except (requests.RequestException, ValueError) as error:
            raise CommandError(f"The fake CallFire does not answer ({type(error).__name__}).") from None
        return {scope.replace("/", "-"): url for scope, url in found.items()}

    def is_deployed(self) -> bool:
        """Return whether the stack has ever been deployed. After a failed first deployment, it has no outputs.

        Raises botocore's errors.
        """
        try:
            [described] = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != _UNKNOWN_STACK:
                raise
            return False
        return described["StackStatus"] not in NEVER_DEPLOYED

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """CloudFormation's description of the stack. Raises CommandError if the stack does not exist."""
        try:
            [described] = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != _UNKNOWN_STACK:
                raise
            raise CommandError(
                f"There is no stack {self.name} in {self.region}. Name yours with --stack, or deploy it."
            ) from None
        return described

    def output(self, name: str) -> str:
        """Return an output of the stack. Raises CommandError if it has no such output."""
        for output in self.description.get("Outputs", []):
            if output["OutputKey"] == name:
                return str(output["OutputValue"])
        raise CommandError(
            f"The stack {self.name} ({self.description['StackStatus']}) has no output {name}: it is no stack of "
            "callfire-postbacks, or not deployed yet."
        )

    def physical_ids(self, resource_type: str) -> list[str]:
        """Return the ids of the stack's resources of a type, such as "AWS::CloudWatch::Alarm"."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return [
            resource["PhysicalResourceId"]
            for page in pages
            for resource in page["StackResourceSummaries"]
            if resource["ResourceType"] == resource_type
        ]

    @property
    def place(self) -> str:
        """The location of the stack, for the user."""
        if self.endpoint_url:
            return f"{self.name} on this machine, {self.endpoint_url}"
        return f"{self.name} in {self.region}, account {self.account}"

    @cached_property
    def account(self) -> str:
        """The account of the credentials, known before the stack exists. Reading it needs no permission."""
        return str(self._client("sts").get_caller_identity()["Account"])

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        """CloudWatch."""
        client: CloudWatchClient = self._client("cloudwatch")
        return client

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        client: DynamoDBClient = self._client("dynamodb")
        return client

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda. Invocations are not retried: the effect of the first one is unknown."""
        client: LambdaClient = self._client(
            "lambda", read_timeout=_INVOCATION_SECONDS, retries={"total_max_attempts": 1}
        )
        return client

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        """EventBridge Scheduler."""
        client: EventBridgeSchedulerClient = self._client("scheduler")
        return client

    @cached_property
    def sns(self) -> "SNSClient":
        """SNS."""
        client: SNSClient = self._client("sns")
        return client

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        client: SQSClient = self._client("sqs")
        return client

    @cached_property
    def ssm(self) -> "SSMClient":
        """Systems Manager."""
        client: SSMClient = self._client("ssm")
        return client

    def _client(self, service: str, **config: Any) -> Any:  # noqa: ANN401  botocore makes its clients' classes at run time
        from botocore.config import Config  # noqa: PLC0415  `--help` starts sooner

        if self.endpoint_url:  # ignore the user's own configuration
            config |= {"proxies": {}, "use_fips_endpoint": False, "use_dualstack_endpoint": False}
        return self.session.create_client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            config=Config(**{"retries": {"mode": "standard"}, **config}),
        )
