"""The costs of a piece of code: calls, memory and processor time."""

import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from callfire_postbacks.formats.xml import collector, namespaces, parsing

_PARSER: Final = {module.__file__ for module in (parsing, collector, namespaces)}


@contextmanager
def measured() -> Iterator[dict[str, int]]:
    """Count the calls into the modules of the XML parser, and the peak of Python's allocations besides the body."""
    costs = {"calls": 0, "peak": 0}

    def count(frame: FrameType, event: str, _: object) -> None:
        costs["calls"] += event == "call" and frame.f_code.co_filename in _PARSER

    before = sys.getprofile()
    tracemalloc.start()
    sys.setprofile(count)
    try:
        yield costs
    finally:
        sys.setprofile(before)
        costs["peak"] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


@contextmanager
def processor_time_below(seconds: float) -> Iterator[None]:
    """Assert that a block takes less processor time, without the tracing of coverage, which would take most of it."""
    tracer = sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    try:
        yield
    finally:
        sys.settrace(tracer)
    assert time.process_time() - start < seconds
