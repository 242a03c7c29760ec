"""Generate docs/shipped.md: the packages that each function ships, with their stated versions and licences.

Run it by `python -m tools.pages.shipped`.
"""

from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

from tools import ROOT
from tools.artifact import dependencies

PAGE: Final = ROOT / "docs" / "shipped.md"
LOCKS: Final = {lock: ROOT / "requirements" / f"{lock}.txt" for lock in ("functions", "subscriptions")}

_INTRODUCTION: Final = """\
# What ships

`make pages` generates this page from the packages that the lock files in `requirements/` install.
`tests/artifact/test_shipped.py` compares it with the output of `sam build`.
An artifact contains these packages, `callfire_postbacks` and `callfire_events`, and nothing else.
Lambda's Python runtime provides botocore.

| package | version | licence | ships with |
|---|---|---|---|
"""


def page(directories: dict[str, Path]) -> str:
    """Return the text of docs/shipped.md, from the directories with the installed lock files."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for lock, directory in directories.items():
        for package in _packages(directory):
            found.setdefault(package, []).append(lock)
    rows = (
        f"| {name} | {version} | {licence} | {'every function' if len(locks) > 1 else locks[0]} |\n"
        for (name, version, licence), locks in sorted(found.items())
    )
    return _INTRODUCTION + "".join(rows)


def _packages(directory: Path) -> list[tuple[str, str, str]]:
    stated = [HeaderParser().parsestr(file.read_text()) for file in directory.glob("*.dist-info/METADATA")]
    return [(one["Name"].lower(), one["Version"], _licence(one)) for one in stated]


def _licence(stated: Message) -> str:
    """Return a package's licence: its licence expression if it has one, else its classifiers or its old field."""
    classified = [
        classifier.rpartition(" :: ")[2]
        for classifier in stated.get_all("Classifier", [])
        if classifier.startswith("License :: ") and classifier != "License :: OSI Approved"
    ]
    return str(stated["License-Expression"] or ", ".join(classified) or stated["License"])


if __name__ == "__main__":
    PAGE.write_text(page({lock: dependencies(file) for lock, file in LOCKS.items()}))
    print(PAGE.relative_to(ROOT))
