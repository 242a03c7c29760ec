"""The queues beside the pipeline: parked postbacks could not be stored, rejected ones could not be read."""

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.postback import Postback, to_message


def park(postback: Postback) -> None:
    """Keep a postback that could not be stored. Raises botocore's errors."""
    sqs().send_message(QueueUrl=settings.receiving().parked_queue_url, MessageBody=to_message(postback))


def reject(postback: Postback, reason: str) -> None:
    """Keep a postback that could not be read, with the reason in one word. Raises botocore's errors."""
    message = to_message(postback, reason=reason)
    sqs().send_message(QueueUrl=settings.receiving().rejected_queue_url, MessageBody=message)
