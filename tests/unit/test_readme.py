"""The README, which names tests and links to files."""

import re
from pathlib import Path

from local import ROOT

README = (ROOT / "README.md").read_text()


def test_named_tests_exist() -> None:
    """Every test that the README names is there."""
    named = set(re.findall(r"`(test_\w+)`", README))
    tests = "\n".join(file.read_text() for file in Path(ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named <= set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE))


def test_linked_files_exist() -> None:
    """Every file that the README links to is there."""
    linked = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("https://")]
    assert linked
    assert [link for link in linked if not (ROOT / link).exists()] == []
