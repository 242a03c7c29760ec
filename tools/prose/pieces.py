"""The pieces of prose in a file.

These are Markdown; the docstrings, comments, messages and names of tests of Python; the comments and descriptions of
YAML, TOML and Makefile; and the texts of templates of pages.
"""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tools import ROOT

EXEMPT: Final = {"tools/prose/habits.py", "tests/project/test_prose.py", "CHANGELOG.md"}
_MARKUP: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>")
_TEST: Final = re.compile(r"def test_(\w+)")
_STRINGS: Final = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


class Text(NamedTuple):
    """A piece of prose, and its line."""

    line: int
    text: str


def texts(file: Path) -> Iterator[Text]:
    """Return the prose of a file."""
    content = file.read_text()
    if file.suffix == ".py":
        yield from _of_python(content)
    elif file.suffix == ".md":
        yield from _of_markdown(content)
    elif file.suffix == ".html":
        for number, line in enumerate(content.splitlines(), 1):
            yield Text(number, _MARKUP.sub(" | ", line))
    else:
        yield from _of_settings(content)


def _of_settings(content: str) -> Iterator[Text]:
    """Return the comments and descriptions of YAML, TOML or a Makefile; those of several lines as one."""
    begun, lines = 0, list[str]()
    for number, line in enumerate(content.splitlines(), 1):
        found = re.search(r"#+ (.*)|(?:[Dd]escription|summary): (.*)", line)
        goes_on = lines and re.match(r" *# |    +[\w`].*", line) and not re.match(r" *[\w-]+:( |$)", line)
        if lines and not goes_on:
            yield Text(begun, "\n".join(lines))
            lines = []
        if found or goes_on:
            begun = begun if lines else number
            lines.append((found[1] or found[2] or "") if found else line.strip())
    if lines:
        yield Text(begun, "\n".join(lines))


def _of_python(content: str) -> Iterator[Text]:
    for number, line in enumerate(content.splitlines(), 1):
        if found := _TEST.match(line):
            yield Text(number, f"test named {found[1].replace('_', ' ')}")
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        is_sentence = token.type in _STRINGS and " " in token.string
        if token.type == tokenize.COMMENT or is_sentence:
            yield Text(token.start[0], token.string.strip('"# '))


def _of_markdown(content: str) -> Iterator[Text]:
    is_code = False
    for number, line in enumerate(content.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code:
            yield Text(number, line)


def tracked() -> list[Path]:
    """Return the files that git tracks and that contain prose."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    names = [name for name in listed.stdout.splitlines() if name not in EXEMPT and "/contract/v1/" not in name]
    return [
        ROOT / name for name in names if name.endswith((".py", ".md", ".yaml", ".yml", "Makefile", ".toml", ".html"))
    ]
