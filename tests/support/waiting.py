"""Waiting for what comes to be so by itself: a queue that empties, a function that is called."""

import time
from collections.abc import Callable
from typing import Final

SECONDS: Final = 60
"""More than anything takes on a busy machine, and than a function that was killed is taken to be at work, 30 s."""


def wait_until(condition: Callable[[], object], *, seconds: float = SECONDS) -> None:
    """Wait until something is so; fails where it does not become so."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "It did not come to be so"
        time.sleep(0.1)
