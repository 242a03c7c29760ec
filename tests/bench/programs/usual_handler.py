"""A handler in the usual style: boto3's resources, xmltodict, pydantic, and Powertools' Logger, Tracer and Metrics."""

import json
import os
from typing import Any

import awslambdaric.bootstrap  # noqa: F401
import boto3
import xmltodict
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, Field

logger = Logger()
tracer = Tracer()
metrics = Metrics()

table = boto3.resource("dynamodb").Table(os.environ["EVENTS_TABLE"])
topic = boto3.resource("sns").Topic(os.environ["EVENTS_TOPIC_ARN"])


class CallFinished(BaseModel):
    """The stored fields of a call."""

    call_id: str = Field(alias="callid")
    campaign_id: str = Field(alias="campaignid")
    phone_number: str = Field(alias="phonenumber")
    disposition: str | None = None
    duration: int | None = None


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Store and publish a call."""
    call = CallFinished.model_validate(xmltodict.parse(event["body"])["call-finished"])
    table.put_item(Item=call.model_dump(exclude_none=True))
    topic.publish(Message=json.dumps(call.model_dump()))
    metrics.add_metric(name="Accepted", unit=MetricUnit.Count, value=1)
    return {"statusCode": 200}
