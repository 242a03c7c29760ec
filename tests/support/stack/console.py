"""The console in a real browser, as its tests use it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from tests.support.stack.terminal import HOSTILE, PROGRAM, environment

SECONDS: Final = 30
"""Seconds: more than any page takes on a busy machine."""


@contextmanager
def running_console(state_dir: Path) -> Iterator[str]:
    """Run `postbacks console` on the local stack; return the address that it prints.

    Pages that are open at its end are no error.
    """
    with (
        TemporaryFile("w+") as complaints,
        subprocess.Popen(
            [PROGRAM, "--stack", "local", "console", "--no-open"],
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment(HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir), "PYTHONUNBUFFERED": "1"}),
        ) as process,
    ):
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(SECONDS) == 0
            complaints.seek(0)
            assert "without completing response" not in complaints.read()


@dataclass
class Tab:
    """A logged-in tab of the browser, and its console messages."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(SECONDS * 1_000)
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(self.address)

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    @property
    def origin(self) -> str:
        """Return the console's origin: "http://127.0.0.1:8931"."""
        return f"http://{urlsplit(self.address).netloc}"

    def open(self, path: str) -> Page:
        """Open a page, and wait for its content."""
        self.page.goto(self.origin + path)
        self.page.wait_for_selector("[aria-busy]", state="detached")
        return self.page


def hold_scripts(page: Page) -> list[Route]:
    """Hold the next request for htmx, so that a page stays without it until the returned route goes on."""
    held: list[Route] = []
    page.route("**/htmx.min.js", lambda route: route.continue_() if held else held.append(route))
    return held


@contextmanager
def tab(browser: Browser, address: str, *, scheme: str = "light", width: int = 1280) -> Iterator[Tab]:
    """Open a tab in its own session. No page in it may violate the content security policy."""
    dark = scheme == "dark"
    with browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        permissions=["clipboard-read", "clipboard-write"],
        accept_downloads=True,
    ) as context:
        opened = Tab(context.new_page(), address)
        yield opened
        assert opened.complaints == []
