"""The pages that people read, and the commands that these have them type."""

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
    """The blocks of code in a language, those inside of lists too."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """All commands of a program that the pages show, each once."""
    return list(dict.fromkeys(command for command in _commands() if command.split()[0] == program))


def programs() -> set[str]:
    """All programs that the pages have people start."""
    return {command.split()[0] for command in _commands()}


def _commands() -> Iterator[str]:
    for text in PAGES.values():
        for block in blocks(text, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                without_comment = re.sub(r"(^| )#.*", "", line)
                yield from filter(None, map(str.strip, re.split(r"&& | &$", without_comment)))
