"""The processes of a stack: started apart from the terminal, and found again by a mark in their environment.

The mark is inherited, so it also finds what they start in turn (ministack runs each function in processes of its
own) and what a crash left behind; a process id that belongs to somebody else by now bears no mark.
"""

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "CALLFIRE_POSTBACKS_STACK"
PORTS_TRIED = 3
LISTEN_SECONDS = 60
STOP_SECONDS = 5

_started: list[subprocess.Popen[bytes]] = []


def start(command: list[str], environment: dict[str, str], *, state_dir: Path, log: str) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C at the terminal is not its business but ours."""
    with (state_dir / log).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=state_dir,
            env=environment | {MARK: str(state_dir)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started.append(process)
    return process


def serve(start_on: Callable[[int], subprocess.Popen[bytes]]) -> int:
    """Start a server on a free port of 127.0.0.1, and return the port once it listens.

    Raises RuntimeError when it does not.
    """
    for _ in range(PORTS_TRIED):  # between the choice of a port and its use, somebody else may take it
        port = _free_port()
        process = start_on(port)
        end = time.monotonic() + LISTEN_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if listens(port):
                return port
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen")


def listens(port: int | None) -> bool:
    """Whether somebody listens on a port of 127.0.0.1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port or 0), timeout=1):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(state_dir: Path) -> list[psutil.Process]:
    """Return every process of the stack whose state is in a directory."""
    return [process for process in psutil.process_iter() if _mark(process) == str(state_dir)]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):  # somebody else's, or gone by now
        return None


def stop(state_dir: Path) -> bool:
    """Kill every process of a stack; whether there was one. None is left.

    ministack takes seconds to end when it is asked, and keeps nothing that would need it.
    """
    found = False
    while left := find(state_dir):  # and what they have started meanwhile
        found = True
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end and any(_runs(process) for process in left):
            time.sleep(0.01)
    for child in _started:
        child.poll()
    return found


def _runs(process: psutil.Process) -> bool:
    """Whether a process runs; a zombie, which its parent may take a second to collect, does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
