"""The processes of a stack: started in sessions of their own, and found by a variable in their environment.

Child processes inherit the variable, so it also finds their children (ministack runs each function in a process of its
own) and processes left over from a crash. A process of another program that reuses a process id does not have it.
"""

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

STACK_VARIABLE = "CALLFIRE_POSTBACKS_STACK"
PORTS_TRIED = 3
LISTEN_SECONDS = 60
STOP_SECONDS = 5

_started: list[subprocess.Popen[bytes]] = []


def start(command: list[str], environment: dict[str, str], *, state_dir: Path, log: str) -> subprocess.Popen[bytes]:
    """Start a program in its own session, so that it does not receive Ctrl-C from the terminal."""
    with (state_dir / log).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=state_dir,
            env=environment | {STACK_VARIABLE: str(state_dir)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started.append(process)
    return process


def serve(start_on: Callable[[int], subprocess.Popen[bytes]]) -> int:
    """Start a server on a free port of 127.0.0.1, and return the port once it listens.

    Raises RuntimeError if it does not.
    """
    for _ in range(PORTS_TRIED):  # another program may take a port before the server does
        port = _free_port()
        process = start_on(port)
        end = time.monotonic() + LISTEN_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if listens(port):
                return port
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} does not listen")


def listens(port: int | None) -> bool:
    """Return whether a program listens on a port of 127.0.0.1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port or 0), timeout=1):
        return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(state_dir: Path) -> list[psutil.Process]:
    """Return every process of the stack with this state directory."""
    return [process for process in psutil.process_iter() if _stack_of(process) == str(state_dir)]


def _stack_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(STACK_VARIABLE)
    except (psutil.Error, OSError):  # another user's, or ended meanwhile
        return None


def stop(state_dir: Path) -> bool:
    """Kill all processes of a stack; return whether there were any.

    ministack takes seconds to shut down gracefully, and has nothing to save.
    """
    killed: set[int] = set()
    while left := find(state_dir):  # includes children started meanwhile
        killed |= {process.pid for process in left}
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        end = time.monotonic() + STOP_SECONDS
        while time.monotonic() < end and any(_runs(process) for process in left):
            time.sleep(0.01)
    for child in _started:
        if child.pid in killed:
            child.wait()  # poll returns None until the last thread of a zombie has ended
        else:
            child.poll()
    return bool(killed)


def _runs(process: psutil.Process) -> bool:
    """Return whether a process runs. A zombie, which its parent may take a second to reap, does not."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
