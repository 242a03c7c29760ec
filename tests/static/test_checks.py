"""The static checks as tests, so that they run in parallel with the others: `make lint` runs the same."""

import shutil
import subprocess
from typing import Final

import pytest

from tools import ROOT

MAKE: Final = shutil.which("make") or "make"


@pytest.mark.parametrize("check", ["style", "types", "prose", "templates", "examples", "advice"])
def test_check_finds_nothing(check: str) -> None:
    """No `make check-…` has a finding: style, types, prose, templates and AWS's advice."""
    done = subprocess.run([MAKE, f"check-{check}"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
