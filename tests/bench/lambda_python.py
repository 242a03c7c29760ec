"""Run a program in a Python like Lambda's: the artifact, Lambda's own packages, the standard library, nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools import ROOT

PROGRAMS: Final = Path(__file__).parent / "programs"
VALGRIND: Final = shutil.which("valgrind")
UNIT: Final = "million instructions" if VALGRIND else "ms of processor time"

_COUNT: Final = [  # cachegrind without its caches: callgrind's count of instructions, in half the time
    *("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
]
_COUNTED: Final = re.compile(r"I\s+refs:\s+([\d,]+)")
_PEAK: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_PRINT_PEAK: Final = "import runpy, sys; runpy.run_path(sys.argv.pop(1)); print(open('/proc/self/status').read())"


@dataclass(frozen=True)
class LambdaPython:
    """The import paths of programs, and their environment."""

    path: Sequence[Path]
    environment: Mapping[str, str]

    def run(self, name: str, *arguments: object) -> Any:  # noqa: ANN401  JSON
        """Run a program to its end, and return its output."""
        # The repository comes last: shipped modules come from the artifact, and `tests.bench` from here.
        return json.loads(self._output([*self._python(), str(PROGRAMS / f"{name}.py"), *map(str, arguments)], ROOT))

    def cost(self, name: str) -> float:
        """Run a program to its end, and return its cost, in UNIT."""
        command = [*self._python(), str(PROGRAMS / f"{name}.py")]
        if VALGRIND:
            counted = _COUNTED.search(self._output([*_COUNT, *command]))
            if not counted:
                raise RuntimeError("valgrind does not say how many instructions it counted.")
            return int(counted[1].replace(",", "")) / 1e6
        process = subprocess.Popen(command, env=self._environment())
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise RuntimeError(f"{name} failed.")
        return (used.ru_utime + used.ru_stime) * 1e3

    def peak(self, name: str) -> float:
        """Run a program to its end, and return its peak memory, in MB."""
        printed = _PEAK.search(self._output([*self._python(), "-c", _PRINT_PEAK, str(PROGRAMS / f"{name}.py")]))
        if not printed:
            raise RuntimeError("Only Linux says what a process had at peak.")
        return int(printed[1]) / 1024

    def _python(self) -> list[str]:
        return [sys.executable, "-S"]

    def _environment(self, *more: Path) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, (*self.path, *more))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",  # the same instructions every time
            "TZ": ":UTC",
            **self.environment,
        }

    def _output(self, command: list[str], *more: Path) -> str:
        done = subprocess.run(
            command,
            env=self._environment(*more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{command} failed:\n{done.stdout[-4000:]}")
        return done.stdout
