"""The pages: what they link to and name is there, and every command that they show exists with its options.

Those of `postbacks` are run, by tests/cli/test_pages.py, and those of AWS's own command line, by tests/stack;
`make up`, `run` and `test`, and SAM's build and deploy, by the suite itself; `sam local` by `make test-containers`.
"""

import re
import shlex
from pathlib import Path
from typing import Final

import click
import pytest
from samcli.cli.main import cli

from tests.support.pages import PAGES, commands, programs
from tools import ROOT

KNOWN: Final = {"make", "sam", "aws", "postbacks"}
"""Programs whose commands are checked."""
ANY_SHELL_HAS: Final = {"alias", "cd", "eval", "git", "mv", "pip", ".venv/bin/python"}

PAGE_BY_NAME: Final = {str(file.relative_to(ROOT)): file for file in PAGES}


@pytest.mark.parametrize("name", PAGE_BY_NAME)
def test_links_lead_somewhere(name: str) -> None:
    """Every file that a page links to is there, and so is every heading."""
    page = PAGE_BY_NAME[name]
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if not link.startswith("https://"):
            path, _, heading = link.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), link
            assert not heading or heading in headings(file), link


def headings(file: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    found = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_named_tests_exist() -> None:
    """Every test that a page names as a proof is there."""
    named = {name for text in PAGES.values() for name in re.findall(r"\b(test_\w+)`", text)}
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 50
    assert named <= set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE)) | {
        file.stem for file in (ROOT / "tests").rglob("test_*.py")
    }


def test_every_program_is_known() -> None:
    """No page has anybody start a program that nothing here checks, and every check has something to do."""
    assert programs() - ANY_SHELL_HAS == KNOWN


@pytest.mark.parametrize("command", commands("make"))
def test_targets_exist(command: str) -> None:
    """Each target that a page asks make for is there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {word for word in command.split()[1:] if "=" not in word} <= targets


@pytest.mark.parametrize("command", commands("sam"))
def test_sam_has_the_command(command: str) -> None:
    """SAM's command line has each command that a page shows, with each of its options."""
    found: click.Command | None = cli
    words = [word for word in shlex.split(command)[1:] if word != "…"]
    while isinstance(found, click.Group):
        found = found.get_command(click.Context(found, obj=found), words.pop(0))  # without one it loads nothing
    assert found
    known = {option for parameter in found.params for option in parameter.opts}
    docker = {"--add-host"}  # of the containers that it starts
    assert {word for word in words if word.startswith("-")} <= known | docker
