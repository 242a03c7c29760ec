"""tools/find-python: every make target begins with the Python that it finds."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tools import ROOT

GOOD: Final = "echo $0"
"""A Python that is what it is called, and can make a virtual environment: it prints where it is."""
BAD: Final = "exit 1"
"""One that is of another version, or a shim that runs nothing."""
UV: Final = """
case "$*" in
*"find --no-project 3.13") test -e "$HOME/installed" && echo "$HOME/uv/python3.13" ;;
"python install 3.13") mkdir -p "$HOME/uv" && printf '#!/bin/sh\\necho $0' > "$HOME/uv/python3.13" &&
    chmod +x "$HOME/uv/python3.13" && touch "$HOME/installed" ;;
esac"""


class Machine:
    """A machine with nothing but a shell and what is put on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bin = home / "bin"
        for tool in ("sh", "dirname", "mkdir", "chmod", "touch", "test"):
            self.put(f"bin/{tool}", f'exec {shutil.which(tool)} "$@"')

    def put(self, where: str, script: str) -> Path:
        """Put a program on it."""
        file = self.home / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def find(self, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run tools/find-python."""
        return subprocess.run(
            ["/bin/sh", ROOT / "tools" / "find-python"],
            env={"PATH": str(self.bin), "HOME": str(self.home), **variables},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """An empty machine."""
    return Machine(tmp_path)


def test_prefers_the_python_of_lambda(machine: Machine) -> None:
    """Of several on PATH it takes 3.13, which runs on Lambda."""
    wanted = machine.put("bin/python3.13", GOOD)
    for other in ("python3.12", "python3.11", "python3"):
        machine.put(f"bin/{other}", GOOD)
    assert machine.find().stdout.strip() == str(wanted)


def test_finds_what_pyenv_has(machine: Machine) -> None:
    """Where pyenv's shim on PATH runs nothing, it still finds the 3.13 that pyenv has, before an older one on PATH."""
    machine.put("bin/python3.13", BAD)
    machine.put("bin/python3.12", GOOD)
    wanted = machine.put(".pyenv/versions/3.13.1/bin/python", GOOD)
    assert machine.find().stdout.strip() == str(wanted)


def test_has_uv_install_one(machine: Machine) -> None:
    """With nothing but uv, it has uv install a 3.13, says so, and takes it."""
    machine.put("bin/uv", UV)
    found = machine.find()
    assert found.stdout.strip() == str(machine.home / "uv" / "python3.13")
    assert "Installing Python 3.13" in found.stderr


@pytest.mark.parametrize("older", ["python3.12", "python3.11", "python3", "python"])
def test_older_ones_do(machine: Machine, older: str) -> None:
    """With an older Python alone it takes that."""
    wanted = machine.put(f"bin/{older}", GOOD)
    assert machine.find().stdout.strip() == str(wanted)


def test_says_what_to_do_where_there_is_none(machine: Machine) -> None:
    """Without any it fails, and says what to install."""
    machine.put("bin/python3", BAD)
    found = machine.find()
    assert (found.returncode, found.stdout) == (1, "")
    assert "Install Python 3.13 or uv" in found.stderr


def test_takes_the_one_that_is_named(machine: Machine) -> None:
    """PYTHON names one, before all others; one that is of no use is refused rather than replaced."""
    machine.put("bin/python3.13", GOOD)
    mine, useless = machine.put("mine", GOOD), machine.put("useless", BAD)
    assert machine.find(PYTHON=str(mine)).stdout.strip() == str(mine)
    refused = machine.find(PYTHON=str(useless))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"PYTHON={useless}" in refused.stderr
