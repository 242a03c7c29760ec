"""tools/find-python and tools/make-venv: each make target starts with the environment that they create."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tools import ROOT

WORKS: Final = 'echo "$0"'
BROKEN: Final = "exit 1"
UV: Final = f"""
echo "$*" >> "$HOME/uv-calls"
test "$1" != venv || {sys.executable} -m venv --without-pip .venv"""
"""A uv that creates an empty environment and installs nothing."""


class Machine:
    """A machine with a shell, a checkout and chosen programs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for tool in ("cat", "cksum", "cut", "dirname", "mkdir", "rm", "sed", "sh", "tail"):
            self.put(f"bin/{tool}", f'exec {shutil.which(tool)} "$@"')
        for copied in ("tools/find-python", "tools/make-venv"):
            self.put(copied, (ROOT / copied).read_text())
        for lock in ("run", "development", "uv"):
            (home / "requirements").mkdir(exist_ok=True)
            (home / "requirements" / f"{lock}.txt").write_text(lock)

    def put(self, path: str, script: str) -> Path:
        """Put a program on the machine."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script if script.startswith("#!") else f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def run(self, tool: str, *arguments: str, path: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the two tools."""
        search = os.pathsep.join(filter(None, [path, str(self.home / "bin")]))
        return subprocess.run(
            ["/bin/sh", self.home / "tools" / tool, *arguments],
            env={"PATH": search, "HOME": str(self.home), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> list[str]:
        """Return the lock files that uv has installed since the last call."""
        calls = self.home / "uv-calls"
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.write_text("")
        return [Path(line.split()[-1]).stem for line in lines if line.startswith("pip sync")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine without a Python."""
    return Machine(tmp_path)


@pytest.fixture
def with_uv(machine: Machine) -> Machine:
    """Return a machine with this Python, a uv, and an environment for `make run`."""
    machine.put("bin/python3", f'exec {sys.executable} "$@"')
    machine.put("bin/uv", UV)
    done = machine.run("make-venv", "run")
    assert machine.installed() == ["run"], done
    return machine


def test_prefers_the_python_of_lambda(machine: Machine) -> None:
    """Of several Pythons on PATH, 3.13 is chosen."""
    wanted = machine.put("bin/python3.13", WORKS)
    for other in ("python3.14", "python3.12", "python3.11", "python3"):
        machine.put(f"bin/{other}", WORKS)
    assert machine.run("find-python").stdout.strip() == str(wanted)


@pytest.mark.parametrize("name", ["python3.14", "python3.12", "python3.11", "python3", "python"])
def test_accepts_other_pythons(machine: Machine, name: str) -> None:
    """A Python of another name is chosen if there is no 3.13."""
    machine.put("bin/python3.13", BROKEN)
    wanted = machine.put(f"bin/{name}", WORKS)
    assert machine.run("find-python").stdout.strip() == str(wanted)


def test_finds_pythons_of_pyenv(machine: Machine) -> None:
    """An installed Python of pyenv is found even if the shim on PATH does not work."""
    machine.put("bin/python3.13", BROKEN)
    wanted = machine.put(".pyenv/versions/3.14.1/bin/python", WORKS)
    assert machine.run("find-python").stdout.strip() == str(wanted)


def test_takes_the_python_that_is_named(machine: Machine) -> None:
    """PYTHON has precedence; if it does not work, the tool fails instead of choosing another Python."""
    machine.put("bin/python3.13", WORKS)
    named, broken = machine.put("named", WORKS), machine.put("broken", BROKEN)
    assert machine.run("find-python", PYTHON=str(named)).stdout.strip() == str(named)
    refused = machine.run("find-python", PYTHON=str(broken))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"PYTHON is {broken}" in refused.stderr


def test_names_the_program_to_install(machine: Machine) -> None:
    """Without any Python, the error says what to install."""
    found = machine.run("find-python")
    assert (found.returncode, found.stdout) == (1, "")
    assert "Install Python 3.13 or uv" in found.stderr


def test_unchanged_environment_is_kept(with_uv: Machine) -> None:
    """Nothing is installed again if PYTHON is the same, whether .venv is active or not."""
    for active in ("", str(with_uv.home / ".venv" / "bin")):
        assert with_uv.run("make-venv", "run", path=active).returncode == 0
        assert with_uv.run("make-venv", "run", path=active, PYTHON="python3").returncode == 0
    assert with_uv.installed() == []


def test_development_includes_the_packages_of_run(with_uv: Machine) -> None:
    """`make test` adds its packages to the environment of `make run`, which then needs no others."""
    for lock in ("development", "run", "development"):
        with_uv.run("make-venv", lock)
    assert with_uv.installed() == ["development"]


def test_changed_lock_is_installed(with_uv: Machine) -> None:
    """A changed lock file or a moved checkout causes a new installation."""
    (with_uv.home / "requirements" / "run.txt").write_text("other")
    with_uv.run("make-venv", "run")
    assert with_uv.installed() == ["run"]
    (with_uv.home / ".venv" / "made-of").write_text("run /elsewhere 0")
    with_uv.run("make-venv", "run")
    assert with_uv.installed() == ["run"]
