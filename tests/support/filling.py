"""Fill the events table in bulk, without postbacks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from callfire_events.envelope import format_timestamp
from callfire_postbacks.aws.attribute_values import to_attribute_value
from local.stack import Stack
from tests.support.building import normalize
from tools.samples import SAMPLES

_BATCH: Final = 25
"""The largest number of items that DynamoDB writes at once."""
_WRITERS: Final = 4


def fill(stack: Stack, count: int) -> None:
    """Store events of calls of one campaign, 22222, as if all had just been received."""
    table, event = stack.outputs["EventsTableName"], normalize(SAMPLES["call-finished"])
    now = format_timestamp(datetime.now(UTC))
    common = {"time": now, "received_at": now, "campaign_id": "22222"}
    body = event | {"time": now, "recordedtime": now}

    def write(numbers: range) -> None:
        items = [common | {"id": f"{number:032x}", "event": body | {"id": f"{number:032x}"}} for number in numbers]
        requests: Any = [{"PutRequest": {"Item": _attributes(item)}} for item in items]
        while requests:
            requests = stack.aws.dynamodb.batch_write_item(RequestItems={table: requests})["UnprocessedItems"].get(
                table
            )

    with ThreadPoolExecutor(_WRITERS) as threads:
        list(threads.map(write, (range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH))))


def _attributes(item: dict[str, Any]) -> dict[str, Any]:
    return {name: to_attribute_value(value) for name, value in item.items()} | {"raw": {"B": b""}}
