"""Run a bounded load: `python -m tests.bench.load [POSTBACKS] [SENDERS]`, by default 10,000 by 4.

Starts its own stack, sends as fast as the stack answers, waits until every event is published, and has the fault tests'
auditor account for each postback. Prints events per second and latencies, writes .local/load.json, and fails if a
promise is broken.
"""

import json
import sys
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from local.lifecycle import running
from local.stack import Stack, default_state_dir
from tests.bench.load.senders import postback, send
from tests.support.stack.consumers import consumer
from tests.support.stored import stored
from tests.support.storm.auditor import Found, audit
from tests.support.storm.observing import count_unpublished
from tests.support.waiting import wait_until

_PERCENTILES: Final = (50, 90, 99)
_RELAY_SECONDS: Final = 150
"""The relay publishes remaining events within about two minutes."""


def load(up: Stack, postbacks: int, senders: int) -> dict[str, Any]:
    """Load a fresh, running stack, and return the measurements and the findings."""
    with consumer(up, raw=True) as receive:
        start = time.monotonic()
        answers = send(up.postback_urls["callfinish"], map(postback, range(postbacks)), senders=senders)
        seconds = time.monotonic() - start
        wait_until(lambda: not count_unpublished(up), seconds=_RELAY_SECONDS)
        events = [message.event for message in receive(postbacks)]
    cuts = quantiles([seconds * 1e3 for _, seconds in answers], n=100)
    account = audit((sent for sent, _ in answers), Found(list(stored(up).values()), events, parked=[], rejected=[]))
    return {
        "senders": senders,
        "events_per_second": postbacks / seconds,
        "milliseconds": {f"p{percentile}": cuts[percentile - 1] for percentile in _PERCENTILES},
        **account._asdict(),
    }


def main(postbacks: int = 10_000, senders: int = 4) -> int:
    """Load, print and write; return 1 if a promise is broken."""
    with TemporaryDirectory() as directory, running(Path(directory)) as up:
        found = load(up, postbacks, senders)
    written = default_state_dir() / "load.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(found, indent=2) + "\n")
    print(written.read_text(), written)
    return int(bool(found["findings"]))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
