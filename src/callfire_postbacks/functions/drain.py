"""The drain's handler: process parked postbacks from SQS again, each with the time at which it was received."""

import time
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from callfire_postbacks import ingest
from callfire_postbacks.aws import clients
from callfire_postbacks.observability import count_drained, describe, logger, metrics
from callfire_postbacks.postback import parse_message
from callfire_postbacks.wrong_event import WrongEventError, has_keys

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

POSTBACK_SECONDS: Final = 27
"""The longest time that one postback can take, see aws/clients.py. With less time left, no postback is started."""

clients.dynamodb()
clients.sns()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Process a batch of messages, and return those that SQS should deliver again.

    Raises:
        WrongEventError: The event is not a batch of SQS messages.
    """
    if not has_keys(event, "Records"):
        raise WrongEventError(event, takes="a batch of parked postbacks from SQS")
    # Raising for the whole batch would log the message of every error.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=_drain, processor=processor, context=context)


def _drain(record: "SQSRecord", lambda_context: "LambdaContext") -> None:
    if lambda_context.get_remaining_time_in_millis() < POSTBACK_SECONDS * 1000:
        raise ingest.OutOfTimeError  # SQS delivers it again
    try:
        postback = parse_message(record.body).postback
        result = ingest.process(postback)
    except Exception as error:
        logger.error("Postback stays parked", extra={"message_id": record.message_id, **describe(error)})
        parked_at = int(record.attributes.sent_timestamp) / 1000
        metrics.add_metric(name="StillParkedAge", unit=MetricUnit.Seconds, value=time.time() - parked_at)
        metrics.flush_metrics()
        raise
    count_drained(result, subscription=postback.subscription)
