"""Measure the waiting times of newcomers and contributors: `make bench-setup`, on a clean checkout of the last commit.

All packages are downloaded again. `make test` is measured only with ARGS=--all, because it takes minutes.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.table import Table

from tools import ROOT

MAKE: Final = shutil.which("make") or "make"
GIT: Final = shutil.which("git") or "git"
UNTIL: Final = "Running until Ctrl-C"
"""The text that `make run` prints after the last event; tests/stack/test_local_stack.py waits for it too."""
CHANGED: Final = "src/callfire_postbacks/parking.py"

TARGETS: Final = {
    "first make run, to the last event": 45.0,
    "make venv, nothing changed, .venv active": 0.5,
    "second make up, nothing changed": 8.0,
    "postbacks events": 0.6,
    "make down": 2.0,
    "make up, one source file changed": 12.0,
    "make test-quick": 30.0,
    "make test": 300.0,
}
"""Seconds."""

FOREIGN: Final = (
    "VIRTUAL_ENV",
    "CALLFIRE_LOCAL_DIR",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "PYTHON",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
)
"""Variables that would change the measurement; with the last one, each start compiles all packages."""


class Checkout:
    """A clean checkout, with its own package cache."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "checkout"
        subprocess.run([GIT, "clone", "--quiet", str(ROOT), str(self.root)], check=True)
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = inherited | {"UV_CACHE_DIR": str(directory / "uv"), "PIP_NO_CACHE_DIR": "1"}

    def run(self, *command: str, **variables: str) -> float:
        """Run a command to its end; return the seconds. Raises CalledProcessError."""
        start = time.monotonic()
        subprocess.run(command, cwd=self.root, env=self.environment | variables, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - start

    def run_until(self, text: str, *command: str) -> float:
        """Run a command until it prints a given text, then stop it; return the seconds until then."""
        start = time.monotonic()
        with subprocess.Popen(
            command, cwd=self.root, env=self.environment, stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as process:
            for line in process.stdout or ():
                if text in line:
                    break
            seconds = time.monotonic() - start
            os.killpg(process.pid, signal.SIGINT)
            process.communicate()
        return seconds


@contextmanager
def clean_checkout() -> Iterator[Checkout]:
    """Create a clean checkout within a `with` block. Finally its stack is stopped."""
    with TemporaryDirectory() as directory:
        checkout = Checkout(Path(directory))
        try:
            yield checkout
        finally:
            checkout.run(MAKE, "down")


def measure(checkout: Checkout, *, everything: bool) -> Iterator[tuple[str, float]]:
    """Yield each measured step and its seconds, in the order in which a newcomer takes them."""
    binaries = checkout.root / ".venv" / "bin"
    active = f"{binaries}{os.pathsep}{checkout.environment['PATH']}"
    yield "first make run, to the last event", checkout.run_until(UNTIL, MAKE, "run")
    yield "make venv, nothing changed, .venv active", checkout.run(MAKE, "venv-run", PATH=active)
    yield "second make up, nothing changed", checkout.run(MAKE, "up")
    checkout.run(str(binaries / "postbacks"), "events")  # the second run counts: the first one compiles packages
    yield "postbacks events", checkout.run(str(binaries / "postbacks"), "events")
    yield "make down", checkout.run(MAKE, "down")
    with (checkout.root / CHANGED).open("a") as source:
        source.write("# changed\n")
    yield "make up, one source file changed", checkout.run(MAKE, "up")
    checkout.run(MAKE, "down")
    checkout.run(GIT, "checkout", "--quiet", ".")
    checkout.run(MAKE, "venv")
    checkout.run(MAKE, "test-quick")  # the second run counts: the first one fills caches
    yield "make test-quick", checkout.run(MAKE, "test-quick")
    if everything:
        yield "make test", checkout.run(MAKE, "test")


def main(arguments: Sequence[str]) -> None:
    """Print each measurement beside its target."""
    table = Table("what", "seconds", "target")
    with clean_checkout() as checkout:
        for what, seconds in measure(checkout, everything="--all" in arguments):
            print(f"{seconds:7.1f} s  {what}", flush=True)
            table.add_row(what, f"{seconds:.1f}", f"{TARGETS[what]:g}")
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
