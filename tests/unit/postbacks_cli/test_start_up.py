"""What the command line imports before it knows the command."""

import subprocess
import sys

LATE = ("requests", "botocore.session", "botocore.client", "pydantic", "rich.progress", "starlette", "uvicorn")


def test_slow_packages_are_imported_late() -> None:
    """The packages that take longest to import are not imported until a command needs them."""
    program = "import sys, postbacks_cli.app; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(LATE).isdisjoint(ended.stdout.split())
