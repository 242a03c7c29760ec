"""Finds the local stack from any directory while it is up.

The file `stack.json` of the stack's own directory describes it. `make up` and `make run` leave a pointer to that
directory in the user's state directory (XDG), and `make down` takes it away. Only a file that belongs to the user, and
that nobody else may write, is believed: it says where postbacks are sent.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any, Final

FILE: Final = "stack.json"


def pointer() -> Path:
    """Return where the pointer is, whether it exists or not."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "callfire-postbacks" / "local-stack"


def point_to(directory: Path) -> None:
    """Remember where the local stack that is up keeps its files, readable by its owner alone."""
    place = pointer()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = place.with_suffix(".new")
    written.unlink(missing_ok=True)
    written.touch(mode=0o600)
    written.write_text(f"{directory}\n")
    written.rename(place)


def forget(directory: Path) -> None:
    """Take the pointer away, unless it points to another stack by now."""
    place = pointer()
    if _owned_text(place) == f"{directory}\n":
        place.unlink(missing_ok=True)


def described() -> dict[str, Any] | None:
    """Return what describes the local stack: by CALLFIRE_LOCAL_DIR if that is set, else here, else by the pointer."""
    named = os.environ.get("CALLFIRE_LOCAL_DIR")
    if named:
        return _read(Path(named))
    pointed = (_owned_text(pointer()) or "").rstrip("\n")
    return _read(Path(".local")) or (_read(Path(pointed)) if pointed else None)


def _read(directory: Path) -> dict[str, Any] | None:
    text = _owned_text(directory / FILE)
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _owned_text(file: Path) -> str | None:
    """Return a file's text if it belongs to the user and nobody else may write it."""
    try:
        with file.open() as opened:
            status = os.fstat(opened.fileno())
            if hasattr(os, "getuid") and status.st_uid != os.getuid():
                return None
            return None if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else opened.read()
    except OSError:
        return None
