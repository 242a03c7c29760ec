"""ministack: a local AWS in one process, which runs each function in a process of the same interpreter."""

import os
import subprocess
import sys
from pathlib import Path

from local import processes
from local.aws import CREDENTIALS, REGION

_PROGRAM = Path(__file__).with_name("ministack_program.py")


def start(state_dir: Path) -> str:
    """Start ministack, and return its endpoint URL once it answers.

    Raises RuntimeError; see ministack.log for the reason.
    """

    def start_on(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", str(_PROGRAM)]  # without -P, this module would shadow the package
        return processes.start(command, _environment(state_dir, port), state_dir=state_dir, log="ministack.log")

    return f"http://127.0.0.1:{processes.serve(start_on)}"


def _environment(state_dir: Path, port: int) -> dict[str, str]:
    """Return an environment without the user's own variables, because functions inherit it."""
    temporary = state_dir / "tmp"  # includes the functions' code
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "S3_DATA_DIR": str(temporary / "s3"),
        "DOCKER_HOST": f"unix://{temporary}/none",  # otherwise it removes containers of other stacks
        "IOT_MTLS_ENABLED": "0",  # both would listen on every interface
        "SFTP_ENABLED": "0",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **{name.upper(): value for name, value in CREDENTIALS.items()},
    }
