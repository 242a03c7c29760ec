"""What a postback takes of the function as its size, the subscriptions or the backlog grow: `growth.py REQUEST`."""

import json
import os
import sys
import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

vars(clients)["READ_SECONDS"] = 60  # the local AWS reads all of its table for each page of an index

from callfire_events.envelope import format_timestamp  # noqa: E402
from callfire_postbacks.aws.clients import dynamodb  # noqa: E402  makes its clients after that
from callfire_postbacks.functions import relay  # noqa: E402
from tests.bench.growing import BACKLOGS, SHAPES, SIZES, SUBSCRIPTIONS, body  # noqa: E402
from tests.bench.invocation import CONTEXT  # noqa: E402
from tests.bench.receiving import request, seconds_and_calls_each, seconds_each  # noqa: E402

TEMPLATE = json.loads(Path(sys.argv[1]).read_text())
LOG = sys.stdout
sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  where the function logs to

POSTBACKS = 200
RUN_SECONDS = 10
WRITTEN_AT_ONCE = 25  # by BatchWriteItem
AHEAD = timedelta(hours=1)  # when the backlog is received, so that it is ours and not the deployed relay's


def by_size() -> dict[str, list[float]]:
    """Grow the body, in each shape."""
    return {
        shape: [seconds_each(request(TEMPLATE, body(size, shape)) for _ in range(40)) for size in SIZES]
        for shape in SHAPES
    }


def by_subscriptions() -> dict[str, list[float]]:
    """Have more and more subscriptions take turns, in a function that begins without knowing them."""
    token_hash = sha256(TEMPLATE["pathParameters"]["token"].encode()).hexdigest()
    found = []
    known = 0
    for number in SUBSCRIPTIONS:
        names = [f"callfinish-{place}" for place in range(number)]
        for name in names[known:]:
            record: Any = {"subscription": {"S": name}, "tokens": {"M": {token_hash: {"N": "0"}}}}
            dynamodb().put_item(TableName=os.environ["SUBSCRIPTIONS_TABLE"], Item=record)
        known = number
        turns = [names[place % number] for place in range(max(POSTBACKS, 2 * number))]
        requests = [request(TEMPLATE, body(SIZES[0]), subscription=name) for name in turns]
        found.append(seconds_and_calls_each(requests))
    return {"seconds": [one[0] for one in found], "calls": [one[1] for one in found]}


def by_backlog() -> dict[str, list[float]]:
    """Let more and more events wait, and see what one run of the relay does, and what a postback takes meanwhile."""
    waiting = 0
    found: dict[str, list[float]] = {"receive": [], "relay": [], "rate": []}
    for backlog in BACKLOGS:
        store(backlog - waiting)
        found["receive"].append(seconds_each(request(TEMPLATE, body(SIZES[0])) for _ in range(POSTBACKS)))
        start, own = time.monotonic(), time.process_time()
        with patch.object(relay, "IN_FLIGHT", -2 * AHEAD), patch.object(relay, "RESERVE_SECONDS", 120 - RUN_SECONDS):
            published = relay.handler({}, CONTEXT)["published"]
        found["rate"].append(published / (time.monotonic() - start))
        found["relay"].append((time.process_time() - own) / published)
        waiting = backlog - published
    return found


def store(number: int) -> None:
    """Store events that nobody has published, many at once, as the function would store each."""
    items: list[Any] = []
    client: Any = dynamodb()

    def take(params: dict[str, Any], **_: object) -> None:
        items.append(deepcopy(params["Item"]))

    client.meta.events.register("provide-client-params.dynamodb.PutItem", take)
    seconds_each([request(TEMPLATE, body(SIZES[0]))])
    client.meta.events.unregister("provide-client-params.dynamodb.PutItem", take)
    received_at = format_timestamp(datetime.now(UTC) + AHEAD)
    for start in range(0, number, WRITTEN_AT_ONCE):
        puts = [
            {"PutRequest": {"Item": like(items[0], received_at)}} for _ in range(min(WRITTEN_AT_ONCE, number - start))
        ]
        client.batch_write_item(RequestItems={os.environ["EVENTS_TABLE"]: puts})


def like(item: dict[str, Any], received_at: str) -> dict[str, Any]:
    """Return an item like another, of an event of its own."""
    new = uuid4().hex
    event = {**item["event"]["M"], "id": {"S": new}}
    more = {"id": {"S": new}, "unpublished": {"S": new[0]}, "received_at": {"S": received_at}, "event": {"M": event}}
    return {**item, **more}


print(json.dumps({"size": by_size(), "subscriptions": by_subscriptions(), "backlog": by_backlog()}), file=LOG)
