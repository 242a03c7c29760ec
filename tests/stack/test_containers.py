"""Containers reach the local stack at another address of this machine, which listens only on request."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local import aws, containers, processes
from local.stack import Stack
from tools import ROOT

BRIDGE: Final = "127.0.0.2" if sys.platform == "linux" else "::1"
"""An unused address in place of the bridge of a container engine."""
NOT_HERE: Final = "203.0.113.10"


@pytest.fixture
def no_forwarder_left(state_dir: Path) -> Iterator[None]:
    """Stop the forwarder after the test, so that the stack listens only on loopback again."""
    yield
    for process in processes.find(state_dir):
        if BRIDGE in {connection.laddr.ip for connection in process.net_connections()}:
            process.kill()


@pytest.mark.usefixtures("no_forwarder_left")
def test_another_address_leads_to_the_stack(stack: Stack, state_dir: Path) -> None:
    """By default containers use Docker Desktop's host name; on request the bridge address leads to the stack."""
    assert containers.host_for_containers(stack, state_dir) == "host.docker.internal"
    for _ in range(2):  # a second time does no harm
        containers.admit(stack, state_dir, BRIDGE)
    assert containers.host_for_containers(stack, state_dir) == BRIDGE
    host = f"[{BRIDGE}]" if ":" in BRIDGE else BRIDGE
    through = aws.clients(stack.endpoint_url.replace("127.0.0.1", host))
    assert through.dynamodb.list_tables()["TableNames"] == stack.aws.dynamodb.list_tables()["TableNames"]


def test_address_of_another_machine(stack: Stack, state_dir: Path) -> None:
    """An address that this machine does not have is an error with a remedy."""
    with pytest.raises(RuntimeError, match=rf"^Cannot listen on {NOT_HERE}; --containers=ADDRESS names the bridge"):
        containers.admit(stack, state_dir, NOT_HERE)


def test_unknown_option(tmp_path: Path) -> None:
    """An unknown option starts nothing."""
    command = [sys.executable, "-m", "local", "up", "--container"]
    variables = aws.environment(CALLFIRE_LOCAL_DIR=str(tmp_path))
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "There is no option --container;" in done.stdout
    assert not list(tmp_path.iterdir())
