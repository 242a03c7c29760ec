"""Find the Chromium for the console's tests and `make pictures`, and install one if there is none.

Uses Debian's package if the user is root and apt-get exists, otherwise Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
OPTIONS: Final = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Start the browser. Raises RuntimeError if there is none."""
    program = find(playwright)
    if program is None:
        raise RuntimeError("There is no Chromium: `make browser` installs one.")
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium does not run as root with its sandbox
    return playwright.chromium.launch(executable_path=program, args=[*OPTIONS, *sandbox])


def find(playwright: Playwright) -> str | None:
    """Return the path of an installed Chromium, None if there is none."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, PROGRAMS)), own if Path(own).exists() else None)


def install() -> None:
    """Install a Chromium. Raises CalledProcessError."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "--quiet"], check=True)  # noqa: S607  Debian's own
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "chromium"], check=True)  # noqa: S607
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    with sync_playwright() as started:
        is_missing = find(started) is None
    if is_missing:
        install()
