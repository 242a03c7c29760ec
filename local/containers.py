"""Let containers reach the local stack: forward its ports from the container engine's bridge to loopback.

`make up ARGS=--containers` starts it. All other parts of the local stack listen only on 127.0.0.1, which inside a
container is the container itself. Docker Desktop does not need this: it forwards host.docker.internal to 127.0.0.1.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from local import processes
from local.stack import Stack
from tools import ROOT

OPTION: Final = "--containers"
DOCKERS_BRIDGE: Final = "172.17.0.1"
"""The host's address on Docker Engine's default bridge; Podman's is 10.88.0.1."""
_DOCKER_DESKTOP: Final = "host.docker.internal"
_FILE: Final = "containers"
_LOG: Final = "containers.log"
_LISTEN_SECONDS: Final = 10


def admit(stack: Stack, state_dir: Path, address: str) -> None:
    """Forward the stack's ports from an address of this machine, until the stack is stopped.

    Raises:
        RuntimeError: No port of the address can be opened.
    """
    if host_for_containers(stack, state_dir) == address:
        return
    ports = [str(urlsplit(url).port) for url in (stack.endpoint_url, stack.fake_callfire)]
    command = [sys.executable, "-m", __name__, address, *ports]
    forwarder = processes.start(command, {"PYTHONPATH": str(ROOT)}, state_dir=state_dir, log=_LOG)
    end = time.monotonic() + _LISTEN_SECONDS
    while not all(_listens(address, int(port)) for port in ports):
        if forwarder.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"Cannot listen on {address}; {OPTION}=ADDRESS names the bridge of your engine.")
        time.sleep(0.05)
    (state_dir / _FILE).write_text(address)


def host_for_containers(stack: Stack, state_dir: Path) -> str:
    """Return the name or address at which a container reaches the stack."""
    with suppress(FileNotFoundError):
        address = (state_dir / _FILE).read_text()
        if _listens(address, urlsplit(stack.endpoint_url).port or 0):
            return address
    return _DOCKER_DESKTOP


def _listens(address: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((address, port), timeout=1):
        return True
    return False


async def _forward(address: str, ports: list[int]) -> None:
    servers = [await asyncio.start_server(_to(port), address, port) for port in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _to(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(OSError):
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
            with closing(to_writer):
                await asyncio.gather(_copy(reader, to_writer), _copy(to_reader, writer))

    return serve


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


if __name__ == "__main__":
    asyncio.run(_forward(sys.argv[1], [int(port) for port in sys.argv[2:]]))
