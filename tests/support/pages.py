"""The project's pages, and the commands on them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools import ROOT

FILES: Final = [
    *(ROOT / name for name in ("README.md", "events/README.md", ".github/SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
PAGES: Final[dict[Path, str]] = {file: file.read_text() for file in FILES}


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a language, including those in lists."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """Return all commands of a program on the pages, each once."""
    return list(dict.fromkeys(command for command in _commands() if command.split()[0] == program))


def programs() -> set[str]:
    """Return all programs that the pages run."""
    return {command.split()[0] for command in _commands()}


def _commands() -> Iterator[str]:
    for text in PAGES.values():
        for block in blocks(text, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                without_comment = re.sub(r"(^| )#.*", "", line)
                yield from filter(None, map(str.strip, re.split(r"&& | &$", without_comment)))
