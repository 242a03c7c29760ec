"""Counts the replies to each campaign, each once, even if its event is delivered or replayed several times."""

import os
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

dynamodb = boto3.client("dynamodb")
batch = BatchProcessor(event_type=EventType.SQS)
seen = DynamoDBPersistenceLayer(table_name=os.environ["SEEN_TABLE"], boto3_client=dynamodb)
once = IdempotencyConfig(
    event_key_jmespath="id",  # the same postback always has the same id
    raise_on_no_idempotency_key=True,
    expires_after_seconds=365 * 86_400,  # longer than any replay reaches back
)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Consume a batch of messages, and return the messages that SQS must deliver again."""
    once.register_lambda_context(context)  # lets another invocation retry an event whose function died
    return process_partial_response(event=event, record_handler=consume, processor=batch, context=context)


def consume(record: SQSRecord) -> None:
    """Consume one message: with raw delivery its body is the event."""
    count(event=record.json_body)


@idempotent_function(data_keyword_argument="event", persistence_store=seen, config=once)
def count(*, event: dict[str, Any]) -> None:
    """Count a reply that has not been counted yet."""
    dynamodb.update_item(
        TableName=os.environ["COUNTS_TABLE"],
        Key={"campaign_id": {"S": event["data"].get("campaign_id", "none")}},
        UpdateExpression="ADD replies :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
