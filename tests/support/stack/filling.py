"""Fill the events table in bulk, without postbacks."""

import gzip
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
    """Store events of calls of campaign 22222, received now."""
    table, event = stack.outputs["EventsTableName"], normalize(SAMPLES["call-finished"])
    now, raw = format_timestamp(datetime.now(UTC)), gzip.compress(SAMPLES["call-finished"])

    def item(number: int) -> dict[str, Any]:
        key = {"id": f"{number + 1:032x}", "time": now}
        known = key | {"received_at": now, "campaign_id": "22222", "event": event | key | {"recordedtime": now}}
        return {name: to_attribute_value(value) for name, value in known.items()} | {"raw": {"B": raw}}

    def write(numbers: range) -> None:
        requests: Any = [{"PutRequest": {"Item": item(number)}} for number in numbers]
        while requests:
            answer = stack.aws.dynamodb.batch_write_item(RequestItems={table: requests})
            requests = answer["UnprocessedItems"].get(table)

    with ThreadPoolExecutor(_WRITERS) as threads:
        list(threads.map(write, (range(start, min(start + _BATCH, count)) for start in range(0, count, _BATCH))))
