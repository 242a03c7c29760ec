"""A deployer's answers survive an upgrade: `make deploy` keeps them in a file that `git pull` does not touch."""

import subprocess
from pathlib import Path
from shutil import which
from typing import Final

import pytest
from samcli.lib.config.samconfig import SamConfig

from tools import ROOT

ANSWERS: Final = "samconfig.local.toml"


def git(directory: Path, *arguments: str) -> str:
    """Run git in a directory with a neutral identity, and return its output. Raises CalledProcessError."""
    no_user = ("-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        [which("git") or "git", *no_user, *arguments],
        cwd=directory,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a clone of a repository with the shipped files of this one."""
    upstream = tmp_path / "upstream"
    upstream.mkdir()
    for name in (".gitignore", "samconfig.toml"):
        (upstream / name).write_text((ROOT / name).read_text())
    git(upstream, "init", "-q")
    git(upstream, "add", ".")
    git(upstream, "commit", "-qm", "Ship")
    git(tmp_path, "clone", "-q", "upstream", "checkout")
    return tmp_path / "checkout"


def test_pull_after_a_guided_deployment(checkout: Path) -> None:
    """SAM writes the answers to an ignored file, so a release that changes samconfig.toml can be pulled."""
    (checkout / ANSWERS).write_text((checkout / "samconfig.toml").read_text())
    answers = SamConfig(checkout, ANSWERS)
    answers.put(["deploy"], "parameters", "parameter_overrides", "RetentionDays=400")
    answers.flush()
    assert git(checkout, "status", "--porcelain") == ""

    upstream = checkout.parent / "upstream"
    with (upstream / "samconfig.toml").open("a") as shipped:
        shipped.write("# changed\n")
    git(upstream, "commit", "-qam", "Release")
    git(checkout, "pull", "-q", "--ff-only")
    assert "# changed" in (checkout / "samconfig.toml").read_text()
    assert "RetentionDays=400" in (checkout / ANSWERS).read_text()


def test_make_deploy_keeps_answers_there() -> None:
    """`make deploy` starts from the shipped settings, and gives SAM the deployer's own file."""
    planned = subprocess.run(
        [which("make") or "make", "-n", "deploy"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert f"test -f {ANSWERS} || cp samconfig.toml {ANSWERS}" in planned
    assert f"deploy --config-file {ANSWERS}" in planned
