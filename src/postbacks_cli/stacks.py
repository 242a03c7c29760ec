"""Finding the stack that is meant: on AWS with the caller's own credentials, or on this laptop with nobody's."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from socket import create_connection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
import botocore.session
import typer
from botocore.config import Config
from botocore.exceptions import ClientError

from postbacks_cli.errors import CommandError
from postbacks_cli.talk import say

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

DEFAULT_NAME: Final = "callfire-postbacks"
LAPTOP: Final = "laptop"
"""The name by which the stack that `make up` started can be asked for."""

_LOOPBACK: Final = "127.0.0.1"
_INVOCATION_SECONDS: Final = 75
"""How long an invocation may take: the relay works for 60 s at most, the others for less."""


@dataclass(frozen=True)
class Wish:
    """What the user has said about the stack that is meant."""

    stack: str | None
    region: str | None
    profile: str | None


@dataclass(frozen=True)
class Stack:
    """A stack, and clients of the AWS that it is on."""

    name: str
    session: boto3.Session
    endpoint_url: str | None = None
    """Where the laptop's AWS is; None for the real one."""
    postback_urls: Mapping[str, str] = field(default_factory=dict)
    """By subscription. Only those of the laptop are known; on AWS nothing keeps them."""

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """What CloudFormation says of it. Raises CommandError where there is no such stack."""
        try:
            [described] = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":  # what CloudFormation says of an unknown stack
                raise
            raise CommandError(
                f"There is no stack {self.name} in {self.session.region_name}. Name yours with --stack, or deploy it."
            ) from None
        return described

    def output(self, name: str) -> str:
        """Return an output of it. Raises CommandError where there is none."""
        for output in self.description.get("Outputs", []):
            if output["OutputKey"] == name:
                return str(output["OutputValue"])
        raise CommandError(
            f"The stack {self.name} ({self.description['StackStatus']}) has no output {name}: it is no stack of "
            "callfire-postbacks, or not deployed yet."
        )

    @property
    def place(self) -> str:
        """Where it is, for the user."""
        if self.endpoint_url:
            return f"{self.name} on this laptop, {self.endpoint_url}"
        account = self.description["StackId"].split(":")[4]
        return f"{self.name} in {self.session.region_name}, account {account}"

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation."""
        return self.session.client("cloudformation", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def cloudwatch(self) -> "CloudWatchClient":
        """CloudWatch."""
        return self.session.client("cloudwatch", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return self.session.client("dynamodb", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda. Invocations are not sent again: nobody knows what the first one did."""
        config = self._config(read_timeout=_INVOCATION_SECONDS, retries={"total_max_attempts": 1})
        return self.session.client("lambda", endpoint_url=self.endpoint_url, config=config)

    @cached_property
    def scheduler(self) -> "EventBridgeSchedulerClient":
        """EventBridge Scheduler."""
        return self.session.client("scheduler", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def sns(self) -> "SNSClient":
        """SNS."""
        return self.session.client("sns", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def sqs(self) -> "SQSClient":
        """SQS."""
        return self.session.client("sqs", endpoint_url=self.endpoint_url, config=self._config())

    @cached_property
    def ssm(self) -> "SSMClient":
        """Systems Manager."""
        return self.session.client("ssm", endpoint_url=self.endpoint_url, config=self._config())

    def _config(self, **more: Any) -> Config:  # noqa: ANN401  botocore's own
        if self.endpoint_url:  # nothing of the user's own takes part
            more |= {"proxies": {}, "use_fips_endpoint": False, "use_dualstack_endpoint": False}
        return Config(**{"retries": {"mode": "standard"}, **more})


def of(context: typer.Context) -> Stack:
    """Find the stack that is meant. Raises CommandError, and botocore's errors."""
    wish: Wish = context.obj
    if wish.stack == LAPTOP or not wish.stack:
        laptop = find_laptop()
        if laptop:
            if not wish.stack:
                say(f"Stack {laptop.place}", style="dim")
            return laptop
        if wish.stack:
            raise CommandError("No stack is up on this laptop: `make up` starts one, in a checkout.")
    session = boto3.Session(profile_name=wish.profile, region_name=wish.region)
    stack = Stack(wish.stack or DEFAULT_NAME, session)
    if not wish.stack:
        say(f"Stack {stack.place}", style="dim")
    return stack


def find_laptop() -> Stack | None:
    """Find the stack that is up on this laptop; its file alone may be left from before a crash."""
    directory = Path(os.environ.get("CALLFIRE_LOCAL_DIR") or ".local")
    try:
        written = json.loads((directory / "stack.json").read_text())
        name, region, endpoint_url = written["stack_name"], written["region"], written["endpoint_url"]
        postback_urls = written["postback_urls"]
    except (OSError, ValueError, KeyError):
        return None
    server = urlsplit(endpoint_url)
    if server.hostname != _LOOPBACK or not _listens(server.port or 80):
        return None
    nobody = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = boto3.Session(
        botocore_session=botocore.session.Session(session_vars=nobody),
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  the laptop's AWS takes any
    )
    return Stack(name, session, endpoint_url, postback_urls)


def _listens(port: int) -> bool:
    try:
        create_connection((_LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
