"""Forwards each event to the bus: `detail` is the event, `detail-type` its type, and `source` is callfire-postbacks.

EventBridge gives each delivery a new id of its own, so make your targets idempotent on `detail.id`.
"""

import json
import os
from typing import Any

import boto3

eventbridge = boto3.client("events")


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Forward a batch of messages, and return the messages that SQS must deliver again."""
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if not forward(record["body"])
        ]
    }


def forward(event: str) -> bool:
    """Put one event on the bus, and return whether EventBridge accepted it."""
    fields = json.loads(event)
    answer = eventbridge.put_events(
        Entries=[
            {
                "EventBusName": os.environ["BUS"],
                "Source": "callfire-postbacks",
                "DetailType": fields["type"],
                "Detail": event,
                "Time": fields["time"],
            }
        ]
    )
    return not answer["FailedEntryCount"]
