"""The clients of AWS, made once each over one session, and how long they may take.

The road of a postback must end, with the right answer, before the function's time-out of 28 s and the
API's of 30 s, whatever hangs. One attempt takes at most 1 s to connect and 2 s to read, and the pause
before a retry is at most 1 s, so a call costs at most

    DynamoDB, SQS   2 attempts   2 x (1 + 2) + 1 = 7 s
    SNS             1 attempt                      3 s   (the relay is its retry)
    SSM             1 attempt   1 + 1 =            2 s   (only for what CallFire signs; parking is its retry)

SNS gets a second call where it refused the first one within 1 s, see outbox/topic.py, and the longest roads are

    look-up 7 + put 7 + publish 1 + 3 + settle 7 = 25 s    everything answers at the last moment
    look-up 7 + put 7 + park 7                   = 21 s    nothing of DynamoDB and SQS answers

and 2 s more where the secret of signatures has to be read first.

With several events in a postback, ingest.py begins no further put after 10 s and no publication after 14 s:

    10 + put 7 + park 7              = 24 s    what is not stored by then is parked with the whole postback
    14 + publish 1 + 3 + settle 7    = 25 s    what is not published by then is left to the relay
"""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

CONNECT_SECONDS: Final = 1
READ_SECONDS: Final = 2
SECRET_SECONDS: Final = 1
"""READ_SECONDS of SSM where a postback waits for it."""

_session = botocore.session.get_session()


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client of DynamoDB."""
    client: DynamoDBClient = _client("dynamodb", attempts=2)
    return client


@cache
def sns() -> "SNSClient":
    """Return the client of SNS."""
    client: SNSClient = _client("sns", attempts=1)
    return client


@cache
def sqs() -> "SQSClient":
    """Return the client of SQS."""
    client: SQSClient = _client("sqs", attempts=2)
    return client


@cache
def ssm() -> "SSMClient":
    """Return the client of Systems Manager."""
    client: SSMClient = _client("ssm", attempts=2)
    return client


@cache
def ssm_once() -> "SSMClient":
    """Return the client of Systems Manager that a postback waits for; made only where one has to."""
    client: SSMClient = _client("ssm", attempts=1, read_seconds=SECRET_SECONDS)
    return client


def _client(service: str, *, attempts: int, read_seconds: int = READ_SECONDS) -> Any:  # noqa: ANN401  botocore makes its clients' classes at run time
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        tcp_keepalive=True,
        # What goes to DynamoDB is made by our own typed code; to check an item again took a tenth of the warm road.
        parameter_validation=service != "dynamodb",
        # botocore would put its own together for every request, which took another tenth.
        user_agent=f"callfire-postbacks {_session.user_agent()}",
    )
    return _session.create_client(service, config=config)
