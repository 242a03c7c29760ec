"""A backlog through the relay, in turns with a bare loop of PublishBatch over as many events: `relay.py BLOCKS`."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import botocore.session

from callfire_postbacks import event_store, event_topic
from callfire_postbacks.envelope import EventDocument
from callfire_postbacks.formats import normalize
from callfire_postbacks.functions import relay
from tests.bench.invocation import CONTEXT

EVENTS = 640
BATCH = 10
LOG = sys.stdout
sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  where the function logs to
ZONE = ZoneInfo(os.environ["CALLFIRE_TIME_ZONE"])

sns: Any = botocore.session.get_session().create_client("sns")


def event_of(number: int) -> tuple[bytes, EventDocument]:
    """Make a postback and its event."""
    body = f"<call-finished><callid>{uuid4()}</callid><duration>{number}</duration></call-finished>".encode()
    return body, normalize(body, received_at=datetime.now(UTC), zone=ZONE)


def backlog() -> list[EventDocument]:
    """Store events that nobody has published."""
    made = [event_of(number) for number in range(EVENTS)]
    now = datetime.now(UTC)

    def store(one: tuple[bytes, EventDocument]) -> None:
        event_store.put(one[1], postback=one[0], subscription="callfinish", received_at=now)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(store, made))
    return [event for _, event in made]


def publish_bare(events: list[EventDocument]) -> None:
    """Publish, and nothing else."""
    entries: list[Any] = [event_topic.entry(event, replayed=False) for event in events]
    for start in range(0, len(entries), BATCH):
        sns.publish_batch(
            TopicArn=os.environ["EVENTS_TOPIC_ARN"], PublishBatchRequestEntries=entries[start : start + BATCH]
        )


rates = []
for _ in range(int(sys.argv[1])):
    events = backlog()
    start = time.monotonic()
    with patch.object(relay, "IN_FLIGHT", timedelta(0)):  # these events are ours, and not yet the deployed relay's
        published = relay.handler({}, CONTEXT)["published"]
    ours = published / (time.monotonic() - start)
    assert published == EVENTS, published
    start = time.monotonic()
    publish_bare(events)
    rates.append((ours, EVENTS / (time.monotonic() - start)))
print(json.dumps({"ours": [r[0] for r in rates], "bare": [r[1] for r in rates]}), file=LOG)
