"""docs/callfire.md, which names the tests that show what it says."""

import re
from pathlib import Path

from local import ROOT


def test_named_tests_exist() -> None:
    """Every test that the table of assumptions names is there."""
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "callfire.md").read_text()))
    tests = "\n".join(file.read_text() for file in Path(ROOT / "tests").rglob("test_*.py"))
    assert named
    assert named <= set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE))
