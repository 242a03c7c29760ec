"""The files that `sam build` puts into the artifacts."""

import re
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import pytest

from local.stack import Stack
from tools import ROOT
from tools.artifact import FOR_CONSUMERS, PACKAGES
from tools.template import load_template

FUNCTIONS: Final = [
    name for name, resource in load_template()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
]
OTHER_LOCKS: Final = {"SubscriptionsFunction": "subscriptions"}


@pytest.fixture(params=FUNCTIONS)
def function(request: pytest.FixtureRequest) -> str:
    """Return each function of the template."""
    return str(request.param)


@pytest.fixture
def artifact(stack: Stack, state_dir: Path, function: str) -> Path:
    """Return the function's artifact in the build of the running stack."""
    assert stack.outputs
    return state_dir / "build" / function


def locked(function: str) -> dict[str, str]:
    """Return the names and versions of the function's locked requirements."""
    lock = ROOT / "requirements" / f"{OTHER_LOCKS.get(function, 'functions')}.txt"
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(), re.MULTILINE))


def test_artifact_holds_the_package_and_its_locked_requirements_only(artifact: Path, function: str) -> None:
    """Only our package and the function's locked requirements ship: no boto3, no tool, no test."""
    expected = {package.name for package in PACKAGES}
    for name, version in locked(function).items():
        installed = distribution(name)
        assert installed.version == version
        expected |= {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}

    assert {path.name for path in artifact.iterdir()} - {"__pycache__"} == expected


def test_package_ships_as_it_is(artifact: Path) -> None:
    """The artifact holds every module of our packages except consumer-only ones, unchanged, and no other."""

    def modules(directory: Path) -> dict[Path, bytes]:
        return {file.relative_to(directory): file.read_bytes() for file in directory.rglob("*.py")}

    for package in PACKAGES:
        shipped = {file: text for file, text in modules(package).items() if file.name not in FOR_CONSUMERS}
        assert modules(artifact / package.name) == shipped


def test_artifact_is_compiled_for_the_runtime(artifact: Path) -> None:
    """If the runtime's Python runs the build, every module ships compiled and unchecked; otherwise none does."""
    sources = [file for file in artifact.rglob("*.py") if "tzdata" not in file.parts]
    compiled = {file: file.parent / "__pycache__" / f"{file.stem}.cpython-313.pyc" for file in sources}

    found = set(artifact.rglob("*.pyc"))

    assert found == (set(compiled.values()) if runtime_is_here() else set())
    # PEP 552: flags of 1 mean that neither time nor hash of the source is checked.
    assert {file.read_bytes()[4:8] for file in found} <= {b"\1\0\0\0"}


def runtime_is_here() -> bool:
    """Return whether these tests, and so `sam build`, run on the functions' Python version."""
    runtime: Any = load_template()["Globals"]["Function"]["Runtime"]
    return bool(runtime == f"python{sys.version_info[0]}.{sys.version_info[1]}")
