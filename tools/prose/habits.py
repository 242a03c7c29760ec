"""The habits, and a check of one file. Abbreviations are checked in Markdown alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tools.prose.pieces import texts

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

KNOWN: Final = re.compile(
    r"AGPL|ALARM|AMD|API|ARN|ASCII|AWS|BSD|CLI|CPU|CSV|DELETE|DOCTYPE|DTD|GB|GET|HEAD|"
    r"HMAC|HTML|HTTP|HTTPS|IAM|ISO|JSON|KB|KMS|MB|MIT|MPL|NUL|OK|OWASP|PNG|POST|PSF|PUT|"
    r"README|REST|S3|SAM|SDK|SECURITY|SHA|SHA1|SNS|SOAP|SQL|SQS|SSM|SVG|TLS|URL|URN|UTC|"
    r"UTF|W3C|XML"
)
"""Abbreviations that a page need not explain. Others stand beside their meaning, in parentheses."""

_PATTERNS: Final = [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), instead) for pattern, instead in INSTEAD.items()]
_PASSIVE: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being) (?:(?:\w+ly|not|never|then|also|only) )?\w+(?:ed|en)\b"
)
_ABBREVIATION: Final = re.compile(r"(?<!\+)\b[A-Z][A-Z0-9]+(?=s?\b)")
_END: Final = re.compile(r"(?<=[.:;?!])\s+|\n\s*\n|\n *- |\n(?=.*\S {2,}\S)|\|")
"""The end of a sentence, a paragraph, an item of a list, or a cell or line of a table."""
_CODE: Final = re.compile(r"``?[^`]+``?|\([^)\s]*\)|https?://\S+|\"[^\"]*\"")


class Finding(NamedTuple):
    """A habit, and its position."""

    file: Path
    line: int
    problem: str


def check(file: Path) -> Iterator[Finding]:
    """Check one file."""
    for line, text in texts(file):
        prose = _CODE.sub(" code ", text)
        for pattern, instead in _PATTERNS:
            for found in pattern.finditer(prose):
                yield Finding(file, line + prose.count("\n", 0, found.start()), f"{found[0]!r}: write {instead}")
        for sentence in _END.split(prose):
            words, passives = len(re.findall(r"[\w'-]+", sentence)), len(_PASSIVE.findall(sentence))
            if words > MAX_SENTENCE_WORDS:
                yield Finding(file, line, f"{words} words in one sentence: {sentence.strip()[:40]}…")
            if passives > MAX_PASSIVES:
                yield Finding(file, line, f"{passives} passive verbs in one sentence: {sentence.strip()[:40]}…")
    if file.suffix == ".md":
        yield from _unexplained(file)


def _unexplained(file: Path) -> Iterator[Finding]:
    """Find abbreviations that their page does not explain."""
    page = file.read_text()
    for line, text in texts(file):
        for name in _ABBREVIATION.findall(_CODE.sub(" code ", text)):
            if not KNOWN.fullmatch(name) and f"({name})" not in page and f"{name} (" not in page:
                yield Finding(file, line, f"{name!r}: explain it")
