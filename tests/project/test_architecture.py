"""The structure: imports run one way, and docs/architecture.md describes the existing modules."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tools import ROOT
from tools.artifact import PACKAGES
from tools.template import processed

PAGE: Final = (ROOT / "docs" / "architecture.md").read_text()

SOURCE: Final = ROOT / "src"
NOT_ON_THE_HOT_PATH: Final = {
    *("boto3", "requests", "pydantic", "xmltodict", "jsonschema"),
    *("aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.parameters"),
}


def test_imports_keep_the_contracts() -> None:
    """The contracts of pyproject.toml hold: no cycles, imports only of lower layers, and nothing imports a handler."""
    # In this process it would switch off the loggers that other tests read.
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("handler", ["receive", "drain", "relay"])
def test_hot_path_imports_nothing_heavy(handler: str) -> None:
    """Receive, drain and relay load no module, directly or indirectly, that would slow their cold start."""
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, callfire_postbacks.functions.{handler}; print(*sys.modules)"],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert f"callfire_postbacks.functions.{handler}" in loaded
    assert not NOT_ON_THE_HOT_PATH & set(loaded)


def test_import_needs_no_environment() -> None:
    """Every module of the functions, handlers included, can be imported in an empty environment."""
    modules = [
        ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        for package in PACKAGES
        for file in package.rglob("*.py")
    ]
    subprocess.run([sys.executable, "-c", f"import {', '.join(modules)}"], env={"PYTHONPATH": str(SOURCE)}, check=True)


def test_only_settings_read_the_environment() -> None:
    """No module of the functions except settings.py reads an environment variable."""
    files = [file for package in PACKAGES for file in package.rglob("*.py")]
    assert [file.name for file in files if re.search(r"environ\b|getenv", file.read_text())] == ["settings.py"]


def test_only_handlers_know_lambda() -> None:
    """Only the handlers know the shapes of Lambda's events and context."""
    for file in (file for package in PACKAGES for file in package.rglob("*.py")):
        if file.parent.name != "functions":
            assert not re.search(r"lambda_context|LambdaContext|pathParameters|isBase64Encoded", file.read_text()), file


def test_no_test_module_is_imported() -> None:
    """Tests share helpers through tests/support, so each test module can change or go alone."""
    imports = re.compile(r"^from tests\.\S+\.test_", re.MULTILINE)
    assert [file for file in (ROOT / "tests").rglob("*.py") if imports.search(file.read_text())] == []


def test_page_names_every_folder() -> None:
    """The page names every folder and every file beside them, and each name on the page exists."""
    package = SOURCE / "callfire_postbacks"
    named = set(re.findall(r"`((?:\w+/)+|(?:\w+/)*\w+\.py)`", PAGE))
    folders = {f"{file.parent.name}/" for file in package.glob("*/__init__.py")}
    assert folders | {file.name for file in package.glob("*.py")} <= named | {"__init__.py"}
    parents = (package, SOURCE, SOURCE / "postbacks_cli", ROOT, ROOT / "local")
    assert {name for name in named if not any((parent / name).exists() for parent in parents)} == set()


def test_page_names_resources_of_the_template() -> None:
    """Every resource in the drawing is in the template."""
    drawn = set(re.findall(r"[\[{(]+([A-Z]\w+[a-z][A-Z]\w+)[\]})]+", PAGE))
    assert len(drawn) >= 10
    assert drawn <= processed()["Resources"].keys()


def test_fixtures_of_a_package_have_one() -> None:
    """A conftest.py with fixtures of a package is in one: elsewhere pytest silently keeps them to the end."""
    files = [file for file in (ROOT / "tests").rglob("conftest.py") if 'scope="package"' in file.read_text()]
    assert {file.parent.name for file in files} == {"console", "faults"}
    assert [file for file in files if not file.with_name("__init__.py").exists()] == []
