"""Find the worst habits in the project's prose: `python -m tools.prose [FILE …]`, by default in all files of git.

Reads Markdown, the docstrings, comments, messages and names of tests of Python, and the comments and descriptions of
YAML and Makefile.
Exits with 1 if it finds something. CONTRIBUTING.md describes the style.
"""

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tools import ROOT

MAX_SENTENCE_WORDS: Final = 35
MAX_PASSIVES: Final = 2
"""In one sentence."""

INSTEAD: Final = {
    r"laptops?": "local stack, your machine",
    r"twins?": "fake CallFire",
    r"roads?": "pipeline",
    r"doors?": "handler",
    r"(?:house|floor|room)s?": "structure, layer, package",
    r"time-outs?": "timeout",
    r"look-ups?": "lookup",
    r"white space": "whitespace",
    r"for ever": "forever",
    r"settl(?:e|es|ed|ing|ements?)": "mark as published",
    r"time stamps?|stamps?": "timestamp",
    r"moments?": "time",
    r"who(?:m)?ever": "the caller, anyone who",
    r"shall": "should, must",
    r"in vain": "without success",
    r"words of its own|in a word": "one word, its own words",
    r"(?:no|none of) (?:XML|JSON|event|postback) of": "not",
    r"what (?:is|was|are|were|has|have|had|can|cannot|could|comes|came|goes|went|fails|failed|happens to be)": "a noun",
    r"in order (?:to|that)|so as to": "to",
    r"prior to": "before",
    r"utili[sz]\w+|makes? use of": "use",
    r"(?:is|are) able to": "can",
    r"the fact that": "that, because",
    r"and/or": "and, or",
    r"please note|note that": "the fact alone",
    r"says? neither yes nor no": "is unclear",
    r"in spite of|notwithstanding": "despite",
    r"hereby|herein|thereof|therein|whereby": "by this, in it",
    r"test named .*\b(?:what|who|look up)": "a noun",
    r"so (?:many|much) (?:that|as)": "that many",
    r"the newest so many": "at most N",
}
"""Patterns, and their replacements."""

EXEMPT: Final = {"tools/prose.py", "CHANGELOG.md"}
_PATTERNS: Final = [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), instead) for pattern, instead in INSTEAD.items()]
_PASSIVE: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being) (?:(?:\w+ly|not|never|then|also|only) )?\w+(?:ed|en)\b"
)
_TEST: Final = re.compile(r"def test_(\w+)")
_STRINGS: Final = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_CODE: Final = re.compile(r"``?[^`]+``?|\([^)\s]*\)|https?://\S+|\"[^\"]*\"")


class Text(NamedTuple):
    """A piece of prose, and its line."""

    line: int
    text: str


class Finding(NamedTuple):
    """A habit, and its position."""

    file: Path
    line: int
    problem: str


def check(file: Path) -> Iterator[Finding]:
    """Check one file."""
    for piece in texts(file):
        prose = _CODE.sub(" code ", piece.text)
        for pattern, instead in _PATTERNS:
            for found in pattern.finditer(prose):
                yield Finding(file, piece.line, f"{found[0]!r}: write {instead}")
        for sentence in re.split(r"(?<=[.:;?!])\s+|\|", prose) if file.suffix == ".md" else ():
            words, passives = len(re.findall(r"[\w'-]+", sentence)), len(_PASSIVE.findall(sentence))
            if words > MAX_SENTENCE_WORDS:
                yield Finding(file, piece.line, f"{words} words in one sentence: {sentence[:40]}…")
            if passives > MAX_PASSIVES:
                yield Finding(file, piece.line, f"{passives} passive verbs in one sentence: {sentence[:40]}…")


def texts(file: Path) -> Iterator[Text]:
    """Return the prose of a file."""
    content = file.read_text()
    if file.suffix == ".py":
        yield from _of_python(content)
    elif file.suffix == ".md":
        yield from _of_markdown(content)
    else:
        for number, line in enumerate(content.splitlines(), 1):
            if found := re.search(r"#+ (.*)|(?:[Dd]escription|summary): (.*)", line):
                yield Text(number, found[1] or found[2] or "")


def _of_python(content: str) -> Iterator[Text]:
    for number, line in enumerate(content.splitlines(), 1):
        if found := _TEST.match(line):
            yield Text(number, f"test named {found[1].replace('_', ' ')}")
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        is_sentence = token.type in _STRINGS and " " in token.string
        if token.type == tokenize.COMMENT or is_sentence:
            for offset, line in enumerate(token.string.splitlines()):
                yield Text(token.start[0] + offset, line.strip('"# '))


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
    return [ROOT / name for name in names if name.endswith((".py", ".md", ".yaml", ".yml", "Makefile", ".toml"))]


def main(*names: str) -> int:
    """Print the findings; return the exit status."""
    files = [Path(name).resolve() for name in names] or tracked()
    found = [finding for file in files for finding in check(file)]
    for file, line, problem in found:
        print(f"{file.relative_to(ROOT)}:{line}: {problem}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
