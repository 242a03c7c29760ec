"""Build the artifact of one function: `python -m tools.artifact LOCK DIRECTORY`, which `sam build` calls through make.

Runs on any Python from 3.11 without extra packages, because a deployer needs nothing but SAM.
"""

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import venv
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import ROOT

PACKAGES = (ROOT / "src" / "callfire_events", ROOT / "src" / "callfire_postbacks")
FOR_CONSUMERS = ("__pycache__", "py.typed", "testing.py", "schemas")
"""Files for consumers that no function needs."""
RUNTIME = (3, 13)  # as in template.yaml; a test compares the two
LAMBDA_TASK_ROOT = "/var/task"


def build(lock: Path, artifact: Path) -> None:
    """Put our packages and the requirements of a lock file into a directory, compiled for the runtime.

    Raises CalledProcessError if a requirement cannot be installed.
    """
    shutil.copytree(dependencies(lock), artifact, copy_function=link, dirs_exist_ok=True)
    add_packages(artifact)


def link(source: str, target: str) -> None:
    """Link one of many unchanging files to its target, or copy it if that fails."""
    try:
        os.link(source, target)
    except OSError:  # another file system, or the file exists already
        shutil.copy2(source, target)


def add_packages(artifact: Path) -> None:
    """Put our packages into an artifact, replacing existing ones."""
    for package in PACKAGES:
        shipped = artifact / package.name
        shutil.rmtree(shipped, ignore_errors=True)
        shutil.copytree(package, shipped, ignore=shutil.ignore_patterns(*FOR_CONSUMERS))
        compile_for_lambda(shipped, root=artifact)


def dependencies(lock: Path) -> Path:
    """Return the directory with the installed requirements of a lock file, created once for each of its contents."""
    state = sha256(lock.read_bytes() + Path(__file__).read_bytes() + sys.version.encode()).hexdigest()
    directory = ROOT / ".build" / f"{lock.stem}-{state[:16]}"
    if directory.exists():
        return directory
    print(f"Installing {lock.relative_to(ROOT)} …", flush=True)
    directory.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=directory.parent) as scratch:
        target = Path(scratch, "target")
        install(lock, target, scratch=Path(scratch))
        compile_for_lambda(target, root=target)
        try:
            target.rename(directory)  # atomic, so that parallel builds see all of it or nothing
        except OSError:
            if not directory.exists():  # otherwise a parallel build has just created the same
                raise
    return directory


def install(lock: Path, target: Path, *, scratch: Path) -> None:
    """Install pure-Python wheels, without files that no function needs."""
    python = Path(sys.executable)
    if not find_spec("pip"):  # as in many systems' Python
        venv.create(scratch / "venv", symlinks=True, with_pip=True)
        python = scratch / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    pure = ["--no-deps", "--platform", "any", "--implementation", "py", "--only-binary", ":all:", "--no-compile"]
    subprocess.run([*pip, "--require-hashes", *pure, "--target", target, "--requirement", lock], check=True)
    shutil.rmtree(target / "bin", ignore_errors=True)
    swagger_ui = target.rglob("swagger-ui*")  # 1.7 MB of JavaScript in Powertools
    time_zone_sources = target.glob("tzdata/zoneinfo/*.[zt]*")  # what the binary files are made from, never read
    for file in [*target.glob("*.dist-info/*"), *swagger_ui, *time_zone_sources]:
        if file.is_file() and not re.match(r"METADATA|LICEN[CS]E|NOTICE", file.name):
            file.unlink()


def compile_for_lambda(directory: Path, *, root: Path) -> None:
    """Compile for Lambda, whose file system is read-only: bytecode compiled in a cold start would be lost.

    Unchecked, because packaging rewrites the modification times that Python would compare.
    """
    if sys.version_info[:2] != RUNTIME:
        return
    compileall.compile_dir(
        directory,
        quiet=1,
        force=True,
        rx=re.compile(r"/tzdata/"),  # hundreds of empty modules, never imported
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        stripdir=str(root),
        prependdir=LAMBDA_TASK_ROOT,
    )


def main(lock: str, artifact: str) -> None:
    """Build, and print a note if this Python cannot compile for the runtime."""
    build(Path(lock).resolve(), Path(artifact))
    if sys.version_info[:2] != RUNTIME:
        print(f"Shipped without .pyc: they need Python {RUNTIME[0]}.{RUNTIME[1]}, this is {sys.version.split()[0]}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
