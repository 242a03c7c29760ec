"""Measure the first paint of the console's pages with 10,000 stored events: `python -m tests.bench.console [EVENTS]`.

Starts its own stack and Chromium. Prints the milliseconds from a request to the first contentful paint, the minimum and
the median of five, and writes .local/console.json.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import sync_playwright

from local.lifecycle import running
from local.stack import default_state_dir
from tests.support.stack.console import Tab, running_console, tab
from tests.support.stack.filling import fill
from tools.browser import launch

PAGES: Final = ("/", "/find", "/find?q=22222", "/campaigns/22222", "/rejected", "/subscriptions", "/health", "/send")
TARGET_MS: Final = 300
_RUNS: Final = 5
_PAINT: Final = """new Promise(done => new PerformanceObserver(list =>
    list.getEntriesByName('first-contentful-paint').forEach(entry => done(entry.startTime))
).observe({type: 'paint', buffered: true}))"""


def measure(opened: Tab) -> Iterator[tuple[str, list[float]]]:
    """Yield each page, and the milliseconds to its first paint, sorted."""
    for path in PAGES:
        yield path, sorted(_paint_ms(opened, path) for _ in range(_RUNS))


def _paint_ms(opened: Tab, path: str) -> float:
    opened.open(path)  # waits for the content, so that reading it does not slow the next page
    return float(opened.page.evaluate(_PAINT))


def main(events: int = 10_000) -> None:
    """Fill a table, measure, print, and write."""
    with (
        TemporaryDirectory() as directory,
        running(Path(directory)) as up,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        fill(up, events)
        with running_console(Path(directory)) as address, tab(browser, address) as opened:
            found = {path: {"best": times[0], "middle": median(times)} for path, times in measure(opened)}
    written = default_state_dir() / "console.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(json.dumps({"events": events, "target_ms": TARGET_MS, "paint_ms": found}, indent=2) + "\n")
    print(written.read_text(), written)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
