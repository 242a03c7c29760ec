"""The pages: their links and names are valid, and every command exists with its options.

The suite runs the commands in blocks: `postbacks` in tests/cli/test_pages.py, the AWS CLI in tests/stack, and
`make up`, `run`, `deploy` and `test` and SAM's build and deploy itself; `make test-containers` runs `sam local`.
"""

import re
import shlex
from pathlib import Path
from typing import Any, Final

import botocore.session
import click
import pytest
import yaml
from botocore import xform_name
from samcli.cli.main import cli
from typer.main import get_command

from postbacks_cli.app import app
from tests.support.pages import PAGES, commands, named_commands, programs
from tools import ROOT
from tools.prose.pieces import tracked
from tools.template import load_template

KNOWN: Final = {"make", "sam", "aws", "postbacks"}
"""Programs whose commands are checked."""
SHELL_COMMANDS: Final = {"alias", "cd", "eval", "git", "pip", ".venv/bin/python"}

SUFFIXES: Final = (".py", ".md", ".yaml", ".json", ".toml", ".txt")

PAGE_BY_NAME: Final = {str(file.relative_to(ROOT)): file for file in PAGES}


@pytest.mark.parametrize("name", PAGE_BY_NAME)
def test_links_lead_somewhere(name: str) -> None:
    """Every linked file and every linked heading exists."""
    page = PAGE_BY_NAME[name]
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if not link.startswith("https://"):
            path, _, heading = link.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), link
            assert not heading or heading in headings(file), link


def test_index_names_every_page() -> None:
    """The index of docs/ links to every page."""
    index = ROOT / "docs" / "README.md"
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", PAGES[index]))
    assert linked == {file.name for file in index.parent.glob("*.md")} - {"README.md"}


def test_every_picture_is_shown() -> None:
    """Each picture that `make pictures` takes is on a page."""
    linked = {name for text in PAGES.values() for name in re.findall(r"pictures/([\w-]+\.png)\)", text)}
    assert linked == {file.name for file in (ROOT / "docs" / "pictures").iterdir()}


@pytest.mark.parametrize(("name", "words"), [("README.md", 1000), ("docs/cost-and-limits.md", 900)])
def test_page_is_short(name: str, words: int) -> None:
    """README, and the page about cost and limits, stay short enough to be read."""
    assert len(PAGES[ROOT / name].split()) <= words


def test_every_alarm_is_explained() -> None:
    """The page of alarms has each alarm of the template, and no other."""
    rows = re.findall(r"^\| (`\w+Alarm`.*?) \|", PAGES[ROOT / "docs" / "alarms.md"], re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    resources = load_template()["Resources"].items()
    assert explained == {name for name, resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"}


def test_every_reason_is_explained() -> None:
    """The page of rejected postbacks explains each reason, also that of a postback that could not be stored."""
    answers = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())["components"]["schemas"]
    rows = re.findall(r"^\| (`.*?) \|", PAGES[ROOT / "docs" / "rejected.md"], re.MULTILINE)
    explained = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert explained == set(answers["Rejected"]["properties"]["reason"]["enum"])
    assert "`not-stored`" in PAGES[ROOT / "docs" / "rejected.md"]


def headings(file: Path) -> set[str]:
    """Return the anchors that GitHub generates for a page's headings."""
    found = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_named_tests_exist() -> None:
    """Every test that a page names as a proof exists."""
    named = {name for text in PAGES.values() for name in re.findall(r"\b(test_\w+)`", text)}
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 50
    assert named <= set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE)) | {
        file.stem for file in (ROOT / "tests").rglob("test_*.py")
    }


@pytest.mark.parametrize("name", PAGE_BY_NAME)
def test_named_files_exist(name: str) -> None:
    """Every file that a page names with its folder exists, below one of the project's main folders."""
    page = PAGE_BY_NAME[name]
    named = {file for file in re.findall(r"`(\w[\w.-]*/[\w./-]+\.\w+)`", PAGES[page]) if file.endswith(SUFFIXES)}
    parents = [page.parent, *(ROOT / folder for folder in (".", "src", "src/callfire_postbacks", "src/postbacks_cli"))]
    assert {file for file in named if not any((parent / file).exists() for parent in parents)} == set()


def test_every_program_is_known() -> None:
    """The pages use no unchecked program, and every checked program occurs on a page."""
    assert programs() - SHELL_COMMANDS == KNOWN


def test_every_page_is_checked() -> None:
    """The checks read every Markdown file of the repository."""
    assert {file for file in tracked() if file.suffix == ".md"} <= PAGES.keys()


@pytest.mark.parametrize("command", [*commands("make"), *named_commands("make")])
def test_targets_exist(command: str) -> None:
    """Every make target on a page exists."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {word for word in shlex.split(command)[1:] if "=" not in word} <= targets


@pytest.mark.parametrize("command", named_commands("postbacks"))
def test_command_line_has_the_command(command: str) -> None:
    """Every `postbacks` command in a sentence exists, with each of its options."""
    program = get_command(app)
    _, name, *arguments = shlex.split(command)
    found = program if name.startswith("-") else vars(program)["commands"][name]
    assert options_in([name, *arguments]) <= {"--help"} | options_of(found) | options_of(program)


@pytest.mark.parametrize("command", named_commands("aws"))
def test_aws_has_the_command(command: str) -> None:
    """Every AWS CLI command in a sentence is an operation of the service, with each of its options."""
    _, service, operation, *arguments = shlex.split(command)
    model = botocore.session.Session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[operation]).input_shape
    known = {f"--{xform_name(name, '-')}" for name in (shape.members if shape else ())}
    assert options_in(arguments) <= known


@pytest.mark.parametrize("command", [*commands("sam"), *named_commands("sam")])
def test_sam_has_the_command(command: str) -> None:
    """Every SAM command on a page exists, with each of its options."""
    found: click.Command | None = cli
    arguments = [word for word in shlex.split(command)[1:] if word != "…"]
    while isinstance(found, click.Group):
        context = click.Context(found, obj=found)
        found = found.get_command(context, arguments.pop(0))  # without an argument it loads nothing
    assert found
    docker = {"--add-host", "--docker-network"}  # of the containers that it starts
    assert options_in(arguments) <= docker | options_of(found)


def options_in(arguments: list[str]) -> set[str]:
    """Return the options among arguments."""
    return {word.partition("=")[0] for word in arguments if word.startswith("-")}


def options_of(command: Any) -> set[str]:  # noqa: ANN401  Typer has a copy of Click's classes
    """Return all options of a command."""
    return {option for parameter in command.params for option in parameter.opts}
