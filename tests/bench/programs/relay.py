"""A backlog through the relay, in turns with a bare loop of PublishBatch over as many events: `relay.py BLOCKS SERVER`.

SERVER is the process of the local AWS, whose own time bounds the speed of any relay against it.
"""

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
from callfire_postbacks.formats import normalize
from callfire_postbacks.functions import relay
from callfire_postbacks.outbox import store, topic
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
    made = [event_of(number) for number in range(EVENTS)]

    def put(one: tuple[Postback, EventDocument]) -> None:
        store.put(one[1], one[0])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put, made))
    return [event for _, event in made]


def publish_by_relay(_: list[EventDocument]) -> None:
    """Publish the unpublished events with the shipped function."""
    with patch.object(relay, "IN_FLIGHT", timedelta(0)):  # these events are ours, and not yet the deployed relay's
        assert relay.handler({}, CONTEXT)["published"] == EVENTS


def publish_bare(events: list[EventDocument]) -> None:
    """Only publish."""
    entries: list[Any] = [topic.entry(event, replayed=False) for event in events]
    for start in range(0, len(entries), BATCH):
        sns.publish_batch(
            TopicArn=os.environ["EVENTS_TOPIC_ARN"], PublishBatchRequestEntries=entries[start : start + BATCH]
        )


def server_seconds() -> float:
    """Return the processor time that the server has used."""
    fields = Path(f"/proc/{sys.argv[2]}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_an_event(publish: Callable[[list[EventDocument]], None], events: list[EventDocument]) -> dict[str, float]:
    """Publish, and return the seconds per event: elapsed, of our processor time, and of the server's."""
    clocks = time.monotonic, time.process_time, server_seconds
    before = [clock() for clock in clocks]
    publish(events)
    took = [(clock() - start) / EVENTS for clock, start in zip(clocks, before, strict=True)]
    return dict(zip(("elapsed", "own", "server"), took, strict=True))


turns = []
for _ in range(int(sys.argv[1])):
    events = backlog()
    turns.append([seconds_an_event(publish, events) for publish in (publish_by_relay, publish_bare)])
print(
    json.dumps({
        who: {clock: [turn[place][clock] for turn in turns] for clock in turns[0][place]}
        for place, who in enumerate(("ours", "bare"))
    }),
    file=LOG,
)
