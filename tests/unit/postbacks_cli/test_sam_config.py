"""The stack and region that `sam deploy` would use, by its configuration."""

from pathlib import Path
from typing import Final

import pytest

from postbacks_cli.aws import sam_config
from postbacks_cli.aws.sam_config import Deployment
from postbacks_cli.errors import CommandError

GUIDED: Final = """
version = 0.1
[default.global.parameters]
stack_name = "shipped"
[default.deploy.parameters]
stack_name = "mine"
region = "us-west-2"
profile = "work"
[staging.global.parameters]
stack_name = "mine-staging"
region = "eu-west-1"
[prod.deploy.parameters]
stack_name = "mine-prod"
"""


@pytest.mark.parametrize(
    ("stack", "deployment"),
    [
        (None, Deployment("mine", "us-west-2", "work")),
        ("mine", Deployment("mine", "us-west-2", "work")),
        ("mine-staging", Deployment("mine-staging", "eu-west-1", None)),
        ("mine-prod", Deployment("mine-prod", None, None)),
        ("another", Deployment()),
    ],
)
def test_environment_is_found_by_its_stack(tmp_path: Path, stack: str | None, deployment: Deployment) -> None:
    """A stack name is looked up in all environments; without a name the default environment's stack is used."""
    (tmp_path / "samconfig.toml").write_text(GUIDED)
    assert sam_config.find(stack, directory=tmp_path) == deployment


def test_own_answers_come_first(tmp_path: Path) -> None:
    """The deployer's answers are in their own file, and override the shipped settings."""
    (tmp_path / "samconfig.toml").write_text('[default.global.parameters]\nstack_name = "shipped"')
    (tmp_path / "samconfig.local.toml").write_text(GUIDED)
    assert sam_config.find(None, directory=tmp_path).stack == "mine"
    assert sam_config.find("shipped", directory=tmp_path) == Deployment("shipped")


@pytest.mark.parametrize("text", [None, "", "version = 0.1\n[default.build.parameters]\ncached = true"])
def test_nothing_is_configured(tmp_path: Path, text: str | None) -> None:
    """Without a file, or if the file names no stack, the result is empty."""
    if text is not None:
        (tmp_path / "samconfig.toml").write_text(text)
    assert sam_config.find(None, directory=tmp_path) == Deployment()


@pytest.mark.parametrize(("stack", "region"), [("mine", "us-west-2"), ("mine-prod", "eu-west-1")])
def test_environment_without_a_stack(tmp_path: Path, stack: str, region: str) -> None:
    """The default environment's region for any stack also holds for a named one that has no environment of its own."""
    (tmp_path / "samconfig.toml").write_text(
        '[default.deploy.parameters]\nregion = "us-west-2"\n'
        '[dev.deploy.parameters]\nregion = "us-east-2"\n'
        '[prod.deploy.parameters]\nstack_name = "mine-prod"\nregion = "eu-west-1"\n'
    )
    assert sam_config.find(stack, directory=tmp_path).region == region


def test_file_that_is_not_toml(tmp_path: Path) -> None:
    """A broken file is reported in one line, instead of using another region."""
    (tmp_path / "samconfig.toml").write_text("default: {}")
    with pytest.raises(CommandError, match=r"^samconfig.toml is not TOML: "):
        sam_config.find(None, directory=tmp_path)
