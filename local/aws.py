"""Access to the local AWS only: the user's own profile, keys, region and proxy are ignored."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

REGION = "us-east-1"
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


@dataclass(frozen=True)
class Clients:
    """A client for each service of the local AWS."""

    apigatewayv2: "ApiGatewayV2Client"
    cloudformation: "CloudFormationClient"
    dynamodb: "DynamoDBClient"
    eventbridge: "EventBridgeClient"
    firehose: "FirehoseClient"
    functions: "LambdaClient"
    logs: "CloudWatchLogsClient"
    s3: "S3Client"
    scheduler: "EventBridgeSchedulerClient"
    sns: "SNSClient"
    sqs: "SQSClient"
    ssm: "SSMClient"


def clients(endpoint_url: str, *, timeout: int = 35, credentials: Mapping[str, str] = CREDENTIALS) -> Clients:
    """Create the clients for the AWS at an endpoint, with a timeout in seconds.

    For the local AWS, an access key of twelve digits is the account of that number.
    """
    no_user = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = boto3.Session(
        botocore_session=botocore.session.Session(session_vars=no_user), region_name=REGION, **credentials
    )
    config = Config(proxies={}, read_timeout=timeout, retries={"total_max_attempts": 1})
    return Clients(
        apigatewayv2=session.client("apigatewayv2", endpoint_url=endpoint_url, config=config),
        cloudformation=session.client("cloudformation", endpoint_url=endpoint_url, config=config),
        dynamodb=session.client("dynamodb", endpoint_url=endpoint_url, config=config),
        eventbridge=session.client("events", endpoint_url=endpoint_url, config=config),
        firehose=session.client("firehose", endpoint_url=endpoint_url, config=config),
        functions=session.client("lambda", endpoint_url=endpoint_url, config=config),
        logs=session.client("logs", endpoint_url=endpoint_url, config=config),
        s3=session.client("s3", endpoint_url=endpoint_url, config=config),
        scheduler=session.client("scheduler", endpoint_url=endpoint_url, config=config),
        sns=session.client("sns", endpoint_url=endpoint_url, config=config),
        sqs=session.client("sqs", endpoint_url=endpoint_url, config=config),
        ssm=session.client("ssm", endpoint_url=endpoint_url, config=config),
    )


def environment(**variables: str) -> dict[str, str]:
    """Return the user's environment, without variables that lead to the user's AWS account or through a proxy."""
    prefixes = ("AWS_", "SAM_", "MAKE", "MFLAGS", "PYTHON")
    own = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    no_proxy = ",".join(["127.0.0.1", "localhost", *filter(None, [own.get("NO_PROXY") or own.get("no_proxy")])])
    return (
        own
        | {name.upper(): value for name, value in CREDENTIALS.items()}
        | {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        | {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "NO_PROXY": no_proxy, "no_proxy": no_proxy}
        | variables
    )
