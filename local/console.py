"""The console of the local stack, in its own process."""

import re
import subprocess
import sys
import time
from pathlib import Path

from local import processes
from local.aws import environment

LOG = "console.log"
ADDRESS_SECONDS = 10


def start(state_dir: Path) -> str:
    """Start the console of the stack in stack.json; return its address, key included.

    Raises RuntimeError with the console's output if it does not start.
    """
    log = state_dir / LOG
    log.touch(mode=0o600)  # the address contains the key

    def start_on(port: int) -> subprocess.Popen[bytes]:
        options = ["--stack", "local", "console", "--no-open", "--port", str(port)]
        variables = environment(CALLFIRE_LOCAL_DIR=str(state_dir), PYTHONUNBUFFERED="1")
        return processes.start(
            [sys.executable, "-m", "postbacks_cli", *options], variables, state_dir=state_dir, log=LOG
        )

    try:
        processes.serve(start_on)
    except RuntimeError:
        raise RuntimeError(f"The console does not start:\n{log.read_text(errors='replace')}") from None
    ends = time.monotonic() + ADDRESS_SECONDS
    while time.monotonic() < ends:
        address = re.search(r"^http://\S+$", log.read_text(), re.MULTILINE)
        if address:
            return address[0]
        time.sleep(0.05)
    raise RuntimeError(f"The console does not print its address:\n{log.read_text(errors='replace')}")
