"""Wait for a condition, such as an empty queue or a called function."""

import time
from collections.abc import Callable
from typing import Final

SECONDS: Final = 60
"""Seconds: more than any step takes on a busy machine.

A killed function counts as running for 30 s.
"""


def wait_until(condition: Callable[[], object], *, seconds: float = SECONDS) -> None:
    """Wait until a condition holds; fail if it does not hold in time."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "It did not come to be so"
        time.sleep(0.1)
