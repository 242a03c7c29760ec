"""The last deployment by SAM, kept in the state directory: the template that SAM uploaded, and the files behind it."""

import json
import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tools import ROOT
from tools.artifact import PACKAGES

FILE = "deployed.json"
DEFINITION = [
    ROOT / name
    for name in (
        "template.yaml",
        "Makefile",
        "requirements/functions.txt",
        "requirements/subscriptions.txt",
        "tools/artifact.py",
    )
]
"""Files besides the source code that affect the build or the deployment. A change in them needs SAM."""


def save(state_dir: Path, template: str, *, code: str) -> None:
    """Save the uploaded template, the fingerprint of the built code, and that of the other files."""
    deployed = {"definition": _definition(), "code": code, "template": template}
    (state_dir / FILE).write_text(json.dumps(deployed))


def forget(state_dir: Path) -> None:
    """Make the next deployment use SAM."""
    (state_dir / FILE).unlink(missing_ok=True)


def is_repeatable(state_dir: Path) -> bool:
    """Return whether nothing but source code has changed since the last deployment."""
    return _read(state_dir).get("definition") == _definition()


def built_code(state_dir: Path) -> str:
    """Return the fingerprint of the built code."""
    return _read(state_dir)["code"]


def current_code() -> str:
    """Return the fingerprint of the source code as it is now."""
    return _fingerprint(file for package in PACKAGES for file in sorted(package.rglob("*")) if file.suffix != ".pyc")


def template(state_dir: Path) -> str:
    """Return the template that SAM uploaded."""
    return _read(state_dir)["template"]


def _read(state_dir: Path) -> dict[str, str]:
    file = state_dir / FILE
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _definition() -> str:
    return _fingerprint(DEFINITION) + sys.version


def _fingerprint(files: Iterable[Path]) -> str:
    digest = sha256()
    for file in files:
        if file.is_file():
            digest.update(os.fsencode(file) + b"\0" + sha256(file.read_bytes()).digest())
    return digest.hexdigest()
