"""ministack: a local AWS in one process, which runs functions in processes of its own interpreter."""

import os
import subprocess
import sys
from pathlib import Path

from local import processes
from local.aws import CREDENTIALS, REGION

_PROGRAM = Path(__file__).with_name("strict_ministack.py")


def start(state_dir: Path) -> str:
    """Start it, and return its endpoint's URL once it answers. Raises RuntimeError; ministack.log says why."""

    def start_on(port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", str(_PROGRAM)]  # -P, else this module would be found for the package
        return processes.start(command, _environment(state_dir, port), state_dir=state_dir, log="ministack.log")

    return f"http://127.0.0.1:{processes.serve(start_on)}"


def _environment(state_dir: Path, port: int) -> dict[str, str]:
    """Nothing of the user's own, since functions inherit it."""
    temporary = state_dir / "tmp"  # for the functions' code, among others
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
        "DOCKER_HOST": f"unix://{temporary}/none",  # else it removes containers of other stacks
        "IOT_MTLS_ENABLED": "0",  # these two listen on every interface
        "SFTP_ENABLED": "0",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **{name.upper(): value for name, value in CREDENTIALS.items()},
    }
