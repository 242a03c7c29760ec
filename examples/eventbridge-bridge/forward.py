"""Puts each event on the bus: `detail` is the event, `detail-type` its type, `source` says who it comes from.

EventBridge's event has an id of its own, another one each time; `detail.id` is the one to be idempotent on.
"""

import json
import os
from typing import Any

import boto3

eventbridge = boto3.client("events")


def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Forward a batch of messages, and name those that SQS is to bring back."""
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]} for record in event["Records"] if not forward(record["body"])
        ]
    }


def forward(event: str) -> bool:
    """Put one event on the bus, and tell whether EventBridge took it."""
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
