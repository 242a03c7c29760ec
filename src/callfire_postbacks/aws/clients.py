"""The AWS clients, created once each from one session, and their timeouts.

Processing a postback must end with the right answer before the function's timeout of 28 s and the API's of 30 s,
whatever hangs. One attempt takes at most 1 s to connect and 2 s to read, and the pause before a retry is at most 1 s,
so a call takes at most

    DynamoDB, SQS   2 attempts   2 x (1 + 2) + 1 = 7 s
    SNS             1 attempt                      3 s   (the relay is its retry)
    SSM             1 attempt   1 + 1 =            2 s   (only for signed postbacks; parking is its retry)

If SNS rejects the first call within 1 s, a second call follows, see outbox/topic.py. The longest sequences are

    lookup 7 + put 7 + publish 1 + 3 + mark as published 7 = 25 s    every answer arrives just in time
    lookup 7 + put 7 + park 7                              = 21 s    DynamoDB and SQS do not answer

and 2 s more if the signing secret must be read first.

For a postback with several events, ingest.py starts no put after 10 s and no publication after 14 s:

    10 + put 7 + park 7                         = 24 s    the whole postback is parked if an event is not stored yet
    14 + publish 1 + 3 + mark as published 7    = 25 s    the relay publishes the other events
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS: Final = 1
READ_SECONDS: Final = 2
SECRET_SECONDS: Final = 1
"""READ_SECONDS for SSM while a postback waits for it."""


class _Loader(Loader):
    """botocore's loader of service descriptions, without its search for the names of all services.

    The search looks into 400 directories, and takes a twentieth of a cold start.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  botocore's signature
        return ["dynamodb", "sns", "sqs", "ssm"]


_session = botocore.session.get_session()
_session.register_component("data_loader", _Loader())


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the DynamoDB client."""
    client: DynamoDBClient = _client("dynamodb", attempts=2)
    return client


@cache
def sns() -> "SNSClient":
    """Return the SNS client."""
    client: SNSClient = _client("sns", attempts=1)
    return client


@cache
def sqs() -> "SQSClient":
    """Return the SQS client."""
    client: SQSClient = _client("sqs", attempts=2)
    return client


@cache
def ssm() -> "SSMClient":
    """Return the Systems Manager client."""
    client: SSMClient = _client("ssm", attempts=2)
    return client


@cache
def ssm_once() -> "SSMClient":
    """Return the Systems Manager client for use during a postback, created on first use."""
    client: SSMClient = _client("ssm", attempts=1, read_seconds=SECRET_SECONDS)
    return client


def _client(service: str, *, attempts: int, read_seconds: int = READ_SECONDS) -> Any:  # noqa: ANN401  botocore makes its clients' classes at run time
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        tcp_keepalive=True,
        # Our typed code builds all DynamoDB parameters; validating them again took 10 % of a warm request's time.
        parameter_validation=service != "dynamodb",
        # botocore would build its own user agent for every request, which took another 10 %.
        user_agent=f"callfire-postbacks {_session.user_agent()}",
    )
    # Lambda sets the region. Without one, as in an empty environment, modules that create clients can be imported.
    region = _session.get_config_variable("region") or "us-east-1"
    return _session.create_client(service, region_name=region, config=config)
