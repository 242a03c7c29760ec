"""A load that is bounded: `python -m tests.load [POSTBACKS] [SENDERS]`, 10,000 by 4 unless said otherwise.

Starts a stack of its own, sends as fast as it answers, waits until every event has come to a consumer, and accounts for
each. Prints events a second and latencies; writes .local/load.json; fails where anything was lost.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

from local import stack
from tests.load.account import account
from tests.load.consumer import consumer
from tests.load.senders import numbered, send

_PERCENTILES: Final = (50, 90, 99)


def load(up: stack.Stack, postbacks: int, senders: int) -> dict[str, Any]:
    """Load a stack that is up and fresh, and return what was measured and found."""
    with consumer(up) as receive:
        start = time.monotonic()
        answers = send(up.postback_urls["callfinish"], map(numbered, range(postbacks)), senders=senders)
        seconds = time.monotonic() - start
        received = receive(postbacks)
    cuts = quantiles([answer.seconds * 1e3 for answer in answers], n=100)
    return {
        "postbacks": postbacks,
        "senders": senders,
        "events_per_second": postbacks / seconds,
        "milliseconds": {f"p{percentile}": cuts[percentile - 1] for percentile in _PERCENTILES},
        "statuses": Counter(answer.status for answer in answers),
        **account(answers, up, received)._asdict(),
    }


def main(postbacks: int = 10_000, senders: int = 4) -> int:
    """Load, print, write; 1 where anything was lost or refused."""
    with TemporaryDirectory() as directory, stack.running(Path(directory)) as up:
        found = load(up, postbacks, senders)
    written = stack.default_state_dir() / "load.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps(found, indent=2) + "\n")
    print(written.read_text(), written)
    return int(found["answered"] != postbacks or bool(found["findings"]))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
