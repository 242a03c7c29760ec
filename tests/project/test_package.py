"""The package as a consumer installs it: by pip, into an otherwise empty Python."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import pytest

from callfire_events.envelope import to_json
from tests.support.building import normalize
from tools import ROOT
from tools.samples import SAMPLES

CONSUMER: Final = """
import sys
from callfire_events import TextReceived, parse

event = parse(sys.stdin.read())
assert isinstance(event.data, TextReceived)
print(event.id, event.data.phone_number, event.data.message)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel that `pip wheel .` builds from a copy, because building leaves files behind."""
    source, wheels = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source))
    return next(wheels.glob("*.whl"))


def pip(*arguments: str) -> None:
    """Run pip without the network."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input", *arguments]
    subprocess.run(command, check=True, env=os.environ | {"PIP_NO_INDEX": "1"})


def test_installed_package_reads_events(wheel: Path, tmp_path: Path) -> None:
    """Without other packages and environment variables, an event is parsed."""
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", str(wheel))
    event = normalize(SAMPLES["text-received"])
    done = subprocess.run(
        [python, "-I", "-c", CONSUMER], input=to_json(event), env={}, text=True, capture_output=True, check=True
    )
    assert done.stdout.split(maxsplit=2) == [event["id"], "+12132212289", "Reply message\n"]


def test_installed_package_is_typed(wheel: Path) -> None:
    """Type checkers read the package's types."""
    assert "callfire_events/py.typed" in ZipFile(wheel).namelist()
