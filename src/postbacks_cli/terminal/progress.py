"""A progress bar on stderr for work that takes more than a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from postbacks_cli.terminal.output import stderr

Progress = Callable[[int, int | None], object]
"""Receives the number of finished items, and their approximate total; None if that is unknown."""

_QUIET_SECONDS: Final = 1
"""A bar that is shown for a shorter time only flickers."""


def no_progress(_done: int, _total: int | None) -> None:
    """Ignore the progress."""


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Yield a function that reports progress; a terminal shows it from the first second on."""
    start = time.monotonic()
    with ExitStack() as bar:
        update: Progress | None = None

        def tell(done: int, total: int | None) -> None:
            nonlocal update
            if update is None and stderr.is_terminal and time.monotonic() - start > _QUIET_SECONDS:
                update = bar.enter_context(_bar(what, done))
            if update:
                update(done, total)

        yield tell


@contextmanager
def _bar(what: str, done: int) -> Iterator[Progress]:
    from rich.progress import (  # noqa: PLC0415  quick commands start sooner
        BarColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=stderr, transient=True) as bar:
        task = bar.add_task(what, total=None, completed=done)
        yield lambda done, total: bar.update(task, completed=done, total=max(done, total) if total else None)
