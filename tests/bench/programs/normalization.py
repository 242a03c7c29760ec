"""Convert the four samples to event JSON, in turns with the alternatives: `normalization.py DIRECTORY N`."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from defusedxml.ElementTree import fromstring

from callfire_events.envelope import to_json
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.postback import Postback

SAMPLES = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
RECEIVED_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo(os.environ["CALLFIRE_TIME_ZONE"])
ROUNDS = 100


def ours() -> None:
    """Build the events."""
    for body in SAMPLES:
        for event in normalize(Postback("callfinish", "0" * 64, RECEIVED_AT, body), zone=ZONE):
            to_json(event)


def ours_parse_alone() -> None:
    """Only collect the texts and the digest for the id."""
    for body in SAMPLES:
        parse(body)


def parse_alone() -> None:
    """Only build trees with defusedxml."""
    for body in SAMPLES:
        fromstring(body, forbid_dtd=True)


def seconds(work: Callable[[], None]) -> float:
    """Return the processor time of one turn."""
    start = time.process_time()
    for _ in range(ROUNDS):
        work()
    return (time.process_time() - start) / ROUNDS


WORK = {"ours": ours, "ours_parse": ours_parse_alone, "parse": parse_alone}
turns = [{name: seconds(work) for name, work in WORK.items()} for _ in range(int(sys.argv[2]))]
print(json.dumps({name: [turn[name] for turn in turns] for name in WORK}))
