"""The check of prose finds the habits that it names, in every kind of file."""

from pathlib import Path
from typing import Final

import pytest

from tools.prose.habits import check

LONG: Final = "The relay reads " + "one more event and " * 9 + "stops."
PASSIVE: Final = "It is stored, is published and was marked."
PLANTED: Final = {
    "word to avoid in Markdown": ("page.md", "Then the stack shall stop.", "'shall'"),
    "long sentence in Markdown": ("page.md", LONG, "words in one sentence"),
    "chain of passives in Markdown": ("page.md", PASSIVE, "3 passive verbs"),
    "unexplained abbreviation": ("page.md", "The QUUX is empty.", "'QUUX'"),
    "long sentence in a docstring": ("module.py", f'"""{LONG.replace(" and", chr(10) + "and")}"""', "words in one"),
    "chain of passives in a help text": ("module.py", f'HELP = "{PASSIVE}"', "3 passive verbs"),
    "word to avoid in a comment": ("module.py", "X = 1  # whoever asks", "'whoever'"),
    "word to avoid in the name of a test": ("module.py", "def test_road_is_short(): ...", "'road'"),
    "word to avoid on a page of the console": ("page.html", "<p>It <b>shall</b> stop.</p>", "'shall'"),
    "long sentence in a folded description": (
        "template.yaml",
        f"A:\n  Description: >-\n    {LONG.replace(' and', chr(10) + '    and')}",
        "words in one sentence",
    ),
    "chain of passives in a comment of two lines": (
        "template.yaml",
        "# It is stored, is published\n# and was marked.\nA: 1",
        "3 passive verbs",
    ),
}


@pytest.mark.parametrize(("name", "text", "problem"), PLANTED.values(), ids=PLANTED)
def test_habit_is_found(tmp_path: Path, name: str, text: str, problem: str) -> None:
    """Each habit is found, and nothing else is."""
    file = tmp_path / name
    file.write_text(f"{text}\n")
    [finding] = check(file)
    assert problem in finding.problem


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The Quite Unknown Utility (QUUX) is empty. The QUUX stays.", id="explained abbreviation"),
        pytest.param("Run `make shall` first.", id="code"),
        pytest.param(f"{LONG[:90]}. {LONG[:90]}.", id="two sentences"),
    ],
)
def test_good_prose_has_no_finding(tmp_path: Path, text: str) -> None:
    """Code, explained abbreviations and short sentences are no findings."""
    file = tmp_path / "page.md"
    file.write_text(f"{text}\n")
    assert not list(check(file))
