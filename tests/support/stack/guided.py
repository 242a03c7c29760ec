"""A user's own checkout, and programs that run in it in a terminal, with answers to their questions."""

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any, Final

import pexpect

from local.aws import environment
from local.stack import Stack
from tools import ROOT

ANSWERS: Final = "samconfig.local.toml"

_SECONDS: Final = 240
_BOLD: Final = re.compile(r"\x1b\[[0-9;]*m")
_QUESTION: Final = r"[^\r\n]*(?:\[[^\r\n]*\]|\?)\s?: $"
"""The end of a program's output while it waits for an answer."""


@dataclass(frozen=True)
class Checkout:
    """A copy of the repository's files, whose user deploys to the local AWS."""

    root: Path
    stack: Stack
    output: list[str] = field(default_factory=list)
    """All output of the programs."""

    def run(self, *command: str, answers: Mapping[str, str]) -> int:
        """Run a program, and return its exit status. A question without an answer here is answered by Enter."""
        child = pexpect.spawn(
            command[0],
            list(command[1:]),
            cwd=str(self.root),
            env=self._environment(),
            encoding="utf-8",
            timeout=_SECONDS,
            dimensions=(50, 400),
        )
        while child.expect([_QUESTION, pexpect.EOF]) == 0:
            question = _BOLD.sub("", str(child.after))
            self.output.append(f"{child.before}{question}")
            child.sendline(next((answer for text, answer in answers.items() if text in question), ""))
        self.output.append(str(child.before))
        child.close()
        return int(child.exitstatus if child.exitstatus is not None else -1)

    def make(self, target: str, answers: Mapping[str, str]) -> int:
        """Run a target of the Makefile in the existing environment."""
        return self.run("make", "--silent", "--old-file=venv", target, answers=answers)

    def answers(self) -> dict[str, Any]:
        """Return the saved answers."""
        settings: dict[str, Any] = tomllib.loads((self.root / ANSWERS).read_text())["default"]["deploy"]["parameters"]
        return settings

    def _environment(self) -> dict[str, str]:
        """Return the environment of a user's terminal, without the arguments of a `make` that runs the tests."""
        own = environment(
            AWS_ENDPOINT_URL=self.stack.endpoint_url,
            SAM_CLI_POLL_DELAY="0.5",
            SAM_CLI_TELEMETRY="0",
            PYTHON=sys.executable,  # for the Makefile that sam build calls
            PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            __SAM_CLI_APP_DIR=str(self.root / ".sam"),
        )
        return {name: value for name, value in own.items() if name not in {"ARGS", "MAKEFLAGS", "MAKEOVERRIDES"}}


def check_out(root: Path, stack: Stack) -> Checkout:
    """Copy the repository without generated files; link this environment and the installed requirements."""
    generated = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    copytree(ROOT, root, ignore=ignore_patterns(".git", *generated), dirs_exist_ok=True)
    (root / ".venv").symlink_to(sys.prefix)
    (root / ".build").symlink_to(ROOT / ".build")
    return Checkout(root, stack)
