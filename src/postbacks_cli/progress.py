"""A progress bar on stderr for work that takes more than a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from postbacks_cli.output import stderr

_QUIET_SECONDS: Final = 1
"""For less than this, a bar would only flicker."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Return a function to report the number done and the total, if known; a terminal shows it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal)
    task = bar.add_task(what, total=None)
    began = time.monotonic()

    def tell(done: int, total: int | None) -> None:
        bar.update(task, completed=done, total=max(done, total) if total else None)
        if not bar.live.is_started and time.monotonic() - began > _QUIET_SECONDS:
            bar.start()

    try:
        yield tell
    finally:
        bar.stop()
