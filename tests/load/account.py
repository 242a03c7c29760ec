"""What became of what was sent: each postback that was answered 200 is stored once, published, and has come out."""

from collections.abc import Iterable
from typing import NamedTuple

from local.stack import Stack
from tests.load.senders import Answer


class Account(NamedTuple):
    """How many there are of each, and what is not as promised."""

    answered: int
    stored: int
    received: int
    findings: list[str]


def account(answers: Iterable[Answer], stack: Stack, received: Iterable[str]) -> Account:
    """Compare the answers with the table, and with the ids of the events that a consumer received."""
    answered = [answer.event_id for answer in answers if answer.status == 200 and answer.event_id]
    pages = stack.aws.dynamodb.get_paginator("scan").paginate(
        TableName=stack.outputs["EventsTableName"],
        ProjectionExpression="id, unpublished, published_at",
        ConsistentRead=True,
    )
    items = {str(item["id"]["S"]): item for page in pages for item in page["Items"]}
    unsettled = [one for one, item in items.items() if "unpublished" in item or "published_at" not in item]
    came = set(received)
    findings = {
        "answered twice": len(answered) - len(set(answered)),
        "answered and not stored": len(set(answered) - items.keys()),
        "stored and not published": len(unsettled),
        "stored and not received": len(items.keys() - came),
        "received and not stored": len(came - items.keys()),
    }
    said = [f"{number:,} {what}" for what, number in findings.items() if number]
    return Account(len(answered), len(items), len(came), said)
