"""The queues beside the pipeline: parked postbacks could not be stored yet, rejected ones could not be read."""

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import sqs
from callfire_postbacks.postback import Postback, to_message


def park(postback: Postback) -> None:
    """Park a postback that could not be stored. Raises botocore's errors."""
    sqs().send_message(QueueUrl=settings.receiving().parked_queue_url, MessageBody=to_message(postback))


def reject(postback: Postback, reason: str, *, position: tuple[int, int] | None = None) -> None:
    """Reject a postback that could not be read, with a one-word reason and the position of the error.

    Raises botocore's errors.
    """
    message = to_message(postback, reason=reason, position=position)
    sqs().send_message(QueueUrl=settings.receiving().rejected_queue_url, MessageBody=message)
