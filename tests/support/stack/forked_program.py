"""`postbacks` in a process of its own, forked from one that has imported it: a start costs milliseconds."""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from postbacks_cli.__main__ import main

STREAMS: Final = ("stdin", "stdout", "stderr")
"""The files of a run, in the order of their descriptors."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([
    "postbacks_cli.app",
    "botocore.session",
    "requests",
    "rich.markdown",
    "rich.progress",
    "typer.rich_utils",
])


def run(arguments: tuple[str, ...], variables: Mapping[str, str], *, cwd: Path, streams: Path, seconds: float) -> int:
    """Run the program with exactly these environment variables, and return its status.

    It reads `streams`/stdin and writes stdout and stderr there. Raises TimeoutError.
    """
    process = _forks.Process(target=_program, args=(arguments, dict(variables), cwd, streams))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"{arguments} did not end within {seconds} s")
    status = process.exitcode
    process.close()
    return status


def _program(arguments: tuple[str, ...], variables: dict[str, str], cwd: Path, streams: Path) -> None:
    for descriptor, name in enumerate(STREAMS):
        os.dup2(os.open(streams / name, os.O_RDWR | os.O_CREAT), descriptor)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  multiprocessing has replaced it
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(cwd)
    sys.argv = ["postbacks", *arguments]
    main()
