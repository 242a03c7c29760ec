"""`make deploy`: the file of the answers, the questions and the region, with a program in place of SAM."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tools import ROOT

MAKE: Final = shutil.which("make") or "make"
ANSWERED: Final = """
[default.deploy.parameters]
s3_prefix = "mine"
[prod.deploy.parameters]
stack_name = "mine-prod"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a directory with the Makefile and the shipped settings."""
    for name in ("Makefile", "samconfig.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def deploy(checkout: Path, arguments: str = "", **variables: str) -> list[str]:
    """Return the region that SAM gets, and its arguments."""
    foreign = ("AWS_", "MAKE", "ARGS")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | variables
    program = """sam=sh -c 'echo "$$AWS_DEFAULT_REGION" "$$@"' sam"""
    command = [MAKE, "--silent", "--old-file=build", "deploy", program, f"ARGS={arguments}"]
    return subprocess.run(command, cwd=checkout, env=own, capture_output=True, text=True, check=True).stdout.split()


def test_first_deployment_asks(checkout: Path) -> None:
    """The first deployment asks, and writes the answers into a copy of the shipped settings."""
    shipped = (checkout / "samconfig.toml").read_bytes()
    assert deploy(checkout) == ["deploy", "--config-file", "samconfig.local.toml", "--guided"]
    assert (checkout / "samconfig.local.toml").read_bytes() == shipped


@pytest.mark.parametrize(
    ("arguments", "asks"),
    [
        ("", False),
        ("--guided", True),
        ("--config-env default", False),
        ("--config-env prod", True),
        ("--debug --config-env=prod", True),
        ("--config-env  another --debug", True),
    ],
)
def test_each_environment_asks_once(checkout: Path, arguments: str, *, asks: bool) -> None:
    """An environment without saved answers asks, whichever other environment has some."""
    (checkout / "samconfig.local.toml").write_text(ANSWERED)
    assert ("--guided" in deploy(checkout, arguments)) is asks


@pytest.mark.parametrize(
    ("variables", "region"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
    ],
    ids=["AWS_REGION", "AWS_DEFAULT_REGION", "both"],
)
def test_region_is_that_of_postbacks(checkout: Path, variables: dict[str, str], region: str) -> None:
    """SAM gets the region that `postbacks set-api-key` uses, although it reads only AWS_DEFAULT_REGION."""
    assert deploy(checkout, **variables)[0] == region
