"""The project's pages, and the commands on them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools import ROOT

HOSTILE_XML: Final = "tests/unit/hostile_xml"
FILES: Final = [
    *(
        page
        for folder in ("", ".github", "docs", "events", "examples", "tests")
        for page in (ROOT / folder).glob("*.md")
    ),
    *(ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.md"),
    ROOT / "tests" / "unit" / "hostile_xml" / "README.md",
]
"""Every Markdown file; `test_every_page_is_checked` compares them with git."""
HISTORY: Final = {"CHANGELOG.md", "decisions.md"}
"""Pages that may name removed commands."""
PAGES: Final[dict[Path, str]] = {file: file.read_text() for file in FILES}


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language, including those in lists."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """Return all commands of a program on the pages, each once."""
    return list(dict.fromkeys(command for command in _commands() if command.split()[0] == program))


def named_commands(program: str) -> list[str]:
    """Return the commands of a program that only sentences name, each once, except those of the past."""
    texts = [text for file, text in PAGES.items() if file.name not in HISTORY]
    named = [command for text in texts for command in re.findall(r"`(?:\.venv/bin/)?([^`\n]+)`", text)]
    parts = [part for command in named for part in command.split(" && ")]
    once = dict.fromkeys(part for part in parts if part.startswith(f"{program} "))
    return [command for command in once if command not in commands(program)]


def programs() -> set[str]:
    """Return all programs that the pages run."""
    return {command.split()[0] for command in _commands()}


def _commands() -> Iterator[str]:
    for text in PAGES.values():
        for block in blocks(text, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                without_comment = re.sub(r"(^| )#.*", "", line)
                yield from filter(None, map(str.strip, re.split(r"&& | &$", without_comment)))
