"""The commands `python -m local run | up | down | logs`; make has targets of the same names."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from botocore.exceptions import BotoCoreError, ClientError
from requests import RequestException
from rich.console import Console

from local import containers, function_logs, lifecycle, processes
from local.demonstration import show, show_next_steps
from local.stack import FILE, default_state_dir, find
from postbacks_cli.aws import local_stack

console = Console(highlight=False)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show the current step, and how long it took."""
    start = time.monotonic()
    with console.status(f"{what} …"):
        yield
    console.print(f"[green]✓[/] {what} [dim]{time.monotonic() - start:.1f} s")


@contextmanager
def pointer_to(state_dir: Path) -> Iterator[None]:
    """Let `postbacks` find the stack from any directory while it is up."""
    local_stack.point_to(state_dir)
    try:
        yield
    finally:
        local_stack.forget(state_dir)


def run(state_dir: Path) -> None:
    """Show five postbacks on a new stack, and keep it up until Ctrl-C or `make down`."""
    with lifecycle.running(state_dir, step=step) as running, pointer_to(state_dir):
        show(running, console)
        with step("Starting the console"):
            opened = lifecycle.open_console(running, state_dir)
        show_next_steps(opened, console)
        console.print(f"\nRunning until Ctrl-C. All addresses: {state_dir / FILE}", soft_wrap=True)
        psutil.wait_procs(processes.find(state_dir))


def up(state_dir: Path, option: str = "") -> None:
    """Start a stack, keep it up, and print its addresses; with `--containers[=ADDRESS]`, let containers reach it.

    Raises:
        RuntimeError: A step fails, or containers cannot be given access.
    """
    name, _, address = option.partition("=")
    if name not in ("", containers.OPTION):
        raise RuntimeError(f"There is no option {name}; {containers.OPTION} lets containers reach the stack.")
    try:
        started = lifecycle.start(state_dir, step=step)
        with step("Starting the console"):
            opened = lifecycle.open_console(started, state_dir)
        local_stack.point_to(state_dir)
        show_next_steps(opened, console)
        console.print(f"\nRunning until `make down`. All addresses: {state_dir / FILE}", soft_wrap=True)
    except lifecycle.AlreadyUpError as reason:
        console.print(reason)
    running = find(state_dir)
    if name and running:
        containers.admit(running, state_dir, address or containers.DOCKERS_BRIDGE)
        console.print(f"Containers reach it at {address or containers.DOCKERS_BRIDGE}.")


def down(state_dir: Path) -> None:
    """Stop the stack."""
    local_stack.forget(state_dir)
    console.print("Stopped." if lifecycle.stop(state_dir) else "No local stack is running.")


def logs(state_dir: Path) -> None:
    """Print the functions' logs, of the last stack if none is up."""
    running, saved = find(state_dir), state_dir / function_logs.FILE
    if running:
        sys.stdout.writelines(f"{line}\n" for line in function_logs.read(running.aws))
    elif saved.exists():
        sys.stdout.write(saved.read_text())


def _interrupt(*_: object) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # ignore further signals while the stack stops
    raise KeyboardInterrupt


def main(command: str, *options: str) -> int:
    """Run one command; return the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        {"run": run, "up": up, "down": down, "logs": logs}[command](default_state_dir(), *options)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (RuntimeError, lifecycle.AlreadyUpError, RequestException, BotoCoreError, ClientError) as reason:
        console.print(str(reason), style="red", markup=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
