"""Unpublished events, and the relay that publishes them."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.functions import relay
from callfire_postbacks.outbox import store
from tests.support.building import call, element, normalize, postback_at
from tests.support.contents import items
from tests.support.lambda_context import Context

NOTHING_LEFT: Final = {"failed": 0, "oldest_seconds": 0}
"""The rest of the relay's answer if it has published everything."""


def store_events(
    count: int = 1, *, age: timedelta = timedelta(minutes=1), campaign: str = "22222", notes: str = ""
) -> list[str]:
    """Store events as receive does, without publishing them, oldest first. Return their ids."""
    ids = []
    for number in range(count):
        contents = {"callid": f"{campaign}-{number}", "campaignid": campaign, "notes": notes or "none"}
        body = call(*(element(name, content) for name, content in contents.items()))
        event = normalize(body)
        received_at = datetime.now(UTC) - age + timedelta(milliseconds=number)
        assert store.put(event, postback_at(received_at, body)) is None
        ids.append(event["id"])
    return ids


def change(event_id: str, expression: str, **values: Any) -> None:  # noqa: ANN401  JSON
    """Change an item by hand, as an operator might."""
    expressions: Any = (
        {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    )
    dynamodb().update_item(
        TableName=os.environ["EVENTS_TABLE"], Key={"id": {"S": event_id}}, UpdateExpression=expression, **expressions
    )


def run_relay(event: dict[str, Any] | None = None, *, seconds_left: float = 60) -> dict[str, Any]:
    """Run the relay once."""
    return relay.handler(event or {}, Context(seconds_left))


def ids_of_unpublished() -> set[str]:
    """Return the ids of all unpublished events."""
    return {item["id"]["S"] for item in items() if "unpublished" in item}
