"""The structure: imports run one way, and docs/architecture.md tells of what is there."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

from tools import ROOT
from tools.artifact import PACKAGES
from tools.template import processed

PAGE: Final = (ROOT / "docs" / "architecture.md").read_text()

SOURCE: Final = ROOT / "src"
ON_THE_HOT_PATH: Final = ("callfire_postbacks/functions/receive.py", "callfire_postbacks/functions/relay.py")
NOT_ON_THE_HOT_PATH: Final = {"boto3", "requests", "pydantic", "xmltodict"}


def name_of(file: Path) -> str:
    """A module's name: "callfire_postbacks.formats.xml"."""
    parts = file.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES: Final = {name_of(file): file for package in PACKAGES for file in package.rglob("*.py")}


def imports(file: Path) -> set[str]:
    """The modules that a file imports when it runs, by their whole names."""
    found: set[str] = set()
    for node in runs(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inside & MODULES.keys()) or {node.module}
    return found


def runs(node: ast.AST) -> list[ast.AST]:
    """All nodes below one, but for what only a type checker sees."""
    children = [
        child
        for child in ast.iter_child_nodes(node)
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING")
    ]
    return [one for child in children for one in (child, *runs(child))]


GRAPH: Final = {name: imports(file) for name, file in MODULES.items()}


def test_no_circles() -> None:
    """No module imports itself by way of others."""
    own = {name: found & MODULES.keys() for name, found in GRAPH.items()}
    assert len(list(TopologicalSorter(own).static_order())) == len(MODULES)


def test_nothing_imports_a_handler() -> None:
    """The handlers import what they need, and nothing imports a handler, another handler included."""
    handlers = {name for name in MODULES if name.startswith("callfire_postbacks.functions.")}
    assert len(handlers) == 4
    assert not {name for name, found in GRAPH.items() if found & handlers}


def test_only_handlers_know_lambda() -> None:
    """The shapes of Lambda's events and its context are known to the handlers alone."""
    for name, file in MODULES.items():
        if ".functions." not in name:
            assert not re.search(r"lambda_context|LambdaContext|pathParameters|isBase64Encoded", file.read_text()), name


def test_hot_path_imports_nothing_heavy() -> None:
    """Receive and relay import none of what would make their cold start long, however many modules away."""
    for handler in ON_THE_HOT_PATH:
        reached, left = set[str](), [name_of(SOURCE / handler)]
        while left:
            name = left.pop()
            if name not in reached:
                reached.add(name)
                left += GRAPH.get(name, set())
        assert not {name.partition(".")[0] for name in reached} & NOT_ON_THE_HOT_PATH
        assert not {name for name in reached if "event_handler" in name or "utilities.parameters" in name}


def test_xml_is_parsed_in_one_place() -> None:
    """One module knows the XML parser."""
    assert [name for name, found in GRAPH.items() if any("xml" in one.lower() for one in found - MODULES.keys())] == [
        "callfire_postbacks.formats.xml"
    ]


def test_page_names_every_module() -> None:
    """Every module has its place on the page, and every file that the page names is there."""
    package = SOURCE / "callfire_postbacks"
    named = set(re.findall(r"`((?:\w+/)*\w+\.py)`", PAGE)) - {"__init__.py"}
    files = {str(file.relative_to(package)) for file in package.rglob("*.py") if file.name != "__init__.py"}
    assert {file for file in files if file not in named and not file.startswith("formats/")} == set()
    assert {name for name in named if not (package / name).exists() and not (SOURCE / name).exists()} == set()


def test_page_names_resources_of_the_template() -> None:
    """Every resource in the drawing is in the template."""
    drawn = set(re.findall(r"[\[{(]+([A-Z]\w+[a-z][A-Z]\w+)[\]})]+", PAGE))
    assert len(drawn) >= 10
    assert drawn <= processed()["Resources"].keys()
