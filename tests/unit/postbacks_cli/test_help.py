"""The help of every command."""

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from postbacks_cli.app import app

COMMANDS = sorted(vars(get_command(app))["commands"])


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command has an example that fits its options, names the shared ones, and shows no type behind a flag."""
    monkeypatch.setenv("COLUMNS", "120")
    help_text = CliRunner().invoke(app, [command, "--help"]).stdout
    examples = re.findall(r"Example: (.*)", help_text)
    assert examples
    for example in examples:
        assert re.match(rf'(eval "\$\()?postbacks (--\w+ [\w-]+ )*{command}\b', example)
    shared = {"--stack", "--region", "--profile"}
    assert shared <= set(re.findall(r"--[a-z-]+", help_text))
    options = set(re.findall(r"--[a-z-]+", " ".join(examples))) - shared
    known = {option for one in vars(get_command(app))["commands"][command].params for option in one.opts}
    assert options <= known
    assert "<bool>" not in help_text


def test_help_of_the_program() -> None:
    """The program's own help shows no type behind a flag either."""
    assert "<bool>" not in CliRunner().invoke(app, ["--help"]).stdout
