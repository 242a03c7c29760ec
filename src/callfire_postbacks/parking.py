"""The queues beside the road: parked postbacks could not be stored, rejected ones could not be read.

A message is the postback as it came, so that it can be taken down the road again with the same result:
{"subscription", "token_hash", "received_at", "body" in base64, and "reason" if it was rejected}.
"""

import json
import os
from base64 import b64decode, b64encode
from datetime import datetime
from typing import Final

from callfire_postbacks.aws.clients import sqs
from callfire_events.envelope import to_json, utc
from callfire_postbacks.postback import Postback

_PARKED: Final = os.environ["PARKED_QUEUE_URL"]
_REJECTED: Final = os.environ["REJECTED_QUEUE_URL"]

MAX_BODY_BYTES: Final = 190_000
"""What fits into an SQS message of 256 KiB, in base64 and with the rest of the message."""


def park(postback: Postback) -> None:
    """Keep a postback that could not be stored. Raises botocore's errors."""
    sqs().send_message(QueueUrl=_PARKED, MessageBody=_message(postback))


def reject(postback: Postback, reason: str) -> None:
    """Keep a postback that could not be read, with the reason in a word. Raises botocore's errors."""
    sqs().send_message(QueueUrl=_REJECTED, MessageBody=_message(postback, reason=reason))


def parse_message(body: str) -> Postback:
    """Read a message of either queue. Raises ValueError or KeyError where it is none of ours."""
    message = json.loads(body)
    return Postback(
        subscription=message["subscription"],
        token_hash=message["token_hash"],
        received_at=datetime.fromisoformat(message["received_at"]),
        body=b64decode(message["body"], validate=True),
    )


def _message(postback: Postback, **more: str) -> str:
    return to_json({
        "subscription": postback.subscription,
        "token_hash": postback.token_hash,
        "received_at": utc(postback.received_at),
        "body": b64encode(postback.body).decode(),
        **more,
    })
