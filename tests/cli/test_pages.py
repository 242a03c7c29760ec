"""The commands that the pages tell people to type."""

import re
import shlex

import pytest
from typer.main import get_command

from local import ROOT
from postbacks_cli.app import app

PAGES = {page.name: page.read_text() for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]}
TYPED = [
    line for text in PAGES.values() for line in re.findall(r"^(?:\.venv/bin/)?postbacks (.+)$", text, re.MULTILINE)
]
NAMED = {name for text in PAGES.values() for name in re.findall(r"`postbacks ([a-z-]+)", text)}


@pytest.mark.parametrize("typed", TYPED)
def test_command_is_understood(typed: str) -> None:
    """Every command in a block of a page is one, with options that it has."""
    name, *arguments = shlex.split(typed, comments=True)
    commands = vars(get_command(app))["commands"]
    commands[name].make_context(name, arguments)


def test_named_commands_exist() -> None:
    """Every command that a sentence names is there."""
    assert NAMED
    assert vars(get_command(app))["commands"].keys() >= {name for name in NAMED if not name.startswith("-")}
