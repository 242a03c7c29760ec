"""A backlog through the relay, in turns with a bare loop of PublishBatch over as many events: `relay.py BLOCKS`."""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import botocore.session

from callfire_events.envelope import EventDocument
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.functions import relay
from callfire_postbacks.outbox import batches, store
from callfire_postbacks.postback import Postback
from tests.bench.invocation import CONTEXT

EVENTS = 640
BATCH = 10
LOG = sys.stdout
sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  the log of the function
ZONE = ZoneInfo(os.environ["CALLFIRE_TIME_ZONE"])

sns: Any = botocore.session.get_session().create_client("sns")


def event_of(number: int) -> tuple[Postback, EventDocument]:
    """Return a postback and its event."""
    body = f"<call-finished><callid>{uuid4()}</callid><duration>{number}</duration></call-finished>".encode()
    postback = Postback("callfinish", "0" * 64, datetime.now(UTC), body)
    [event] = normalize(postback, zone=ZONE)
    return postback, event


def backlog() -> list[EventDocument]:
    """Store unpublished events."""
    events = [event_of(number) for number in range(EVENTS)]

    def put(one: tuple[Postback, EventDocument]) -> None:
        store.put(one[1], one[0])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put, events))
    return [event for _, event in events]


def publish_by_relay(_: list[EventDocument]) -> None:
    """Publish the unpublished events with the shipped function."""
    with patch.object(relay, "IN_FLIGHT", timedelta(0)):  # these events are ours, and not yet the deployed relay's
        assert relay.handler({}, CONTEXT)["published"] == EVENTS


def publish_bare(events: list[EventDocument]) -> None:
    """Only publish."""
    entries: list[Any] = [batches.entry(event, replayed=False) for event in events]
    for start in range(0, len(entries), BATCH):
        sns.publish_batch(
            TopicArn=os.environ["EVENTS_TOPIC_ARN"], PublishBatchRequestEntries=entries[start : start + BATCH]
        )


def seconds_an_event(publish: Callable[[list[EventDocument]], None], events: list[EventDocument]) -> float:
    """Publish, and return the processor time per event."""
    start = time.process_time()
    publish(events)
    return (time.process_time() - start) / EVENTS


turns: list[tuple[float, float]] = []
for _ in range(int(sys.argv[1])):
    events = backlog()
    turns.append((seconds_an_event(publish_by_relay, events), seconds_an_event(publish_bare, events)))
ours, bare = zip(*turns, strict=True)
print(json.dumps({"ours": ours, "bare": bare}), file=LOG)
