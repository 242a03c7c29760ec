"""The parked queue, and drain, which Lambda feeds from it."""

import os
from typing import Any

from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.functions import drain
from tests.support.lambda_context import Context

_QUEUE = os.environ["PARKED_QUEUE_URL"]


def run_drain(*, seconds_left: float = 50) -> list[str]:
    """Pass drain up to ten messages, and delete the processed ones, as Lambda does. Return the ids of the others.

    The others can be received again at once, as after five minutes on AWS.
    """
    received: Any = (
        sqs()
        .receive_message(QueueUrl=_QUEUE, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"])
        .get("Messages", [])
    )
    handles = {message["MessageId"]: message["ReceiptHandle"] for message in received}
    try:
        answer = drain.handler({"Records": [_record(message) for message in received]}, Context(seconds_left))
        left = [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]
        for message_id in handles.keys() - left:
            sqs().delete_message(QueueUrl=_QUEUE, ReceiptHandle=handles.pop(message_id))
    finally:
        for handle in handles.values():
            sqs().change_message_visibility(QueueUrl=_QUEUE, ReceiptHandle=handle, VisibilityTimeout=0)
    return left


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "eventSource": "aws:sqs",
        "attributes": message["Attributes"],
        "body": message["Body"],
    }
