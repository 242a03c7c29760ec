"""Find the worst habits in prose: `python -m tools.prose [FILE …]`, by default in all files of git.

Exits with 1 if it finds something.
"""

import sys
from pathlib import Path

from tools import ROOT
from tools.prose.habits import check
from tools.prose.pieces import tracked


def main(*names: str) -> int:
    """Print the findings; return the exit status."""
    files = [Path(name).resolve() for name in names] or tracked()
    found = [finding for file in files for finding in check(file)]
    for file, line, problem in found:
        print(f"{file.relative_to(ROOT)}:{line}: {problem}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
