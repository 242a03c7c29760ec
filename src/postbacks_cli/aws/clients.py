"""The AWS clients of the command line, each created when it is first used."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

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


@dataclass(frozen=True)
class Clients:
    """The clients for a region of AWS with the user's session, or for the local AWS."""

    session: "Session"
    region: str | None
    endpoint_url: str | None = None
    """The endpoint of the local AWS; None for real AWS."""

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
