"""Find the local stack from any directory while it is up.

The file `stack.json` in the stack's own directory describes it. `make up` and `make run` write a pointer to that
directory into the user's state directory (XDG), and `make down` removes it. The files decide where postbacks are sent,
so they are trusted only if they belong to the user and nobody else can write them.
"""

import json
import os
import stat
from pathlib import Path
from typing import Any, Final

FILE: Final = "stack.json"


def pointer() -> Path:
    """Return the path of the pointer, whether it exists or not."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "callfire-postbacks" / "local-stack"


def point_to(directory: Path) -> None:
    """Write the pointer to the directory of the running local stack, readable only by its owner."""
    place = pointer()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = place.with_suffix(".new")
    written.unlink(missing_ok=True)
    written.touch(mode=0o600)
    written.write_text(f"{directory}\n")
    written.rename(place)


def forget(directory: Path) -> None:
    """Remove the pointer, unless it already points to another stack."""
    place = pointer()
    if _owned_text(place) == f"{directory}\n":
        place.unlink(missing_ok=True)


def described() -> dict[str, Any] | None:
    """Return the local stack's description: from CALLFIRE_LOCAL_DIR if set, else this directory, else the pointer."""
    named = os.environ.get("CALLFIRE_LOCAL_DIR")
    if named:
        return _read(Path(named))
    target = (_owned_text(pointer()) or "").rstrip("\n")
    return _read(Path(".local")) or (_read(Path(target)) if target else None)


def _read(directory: Path) -> dict[str, Any] | None:
    text = _owned_text(directory / FILE)
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _owned_text(file: Path) -> str | None:
    """Return a file's text if it belongs to the user and nobody else can write it."""
    try:
        with file.open() as opened:
            status = os.fstat(opened.fileno())
            if hasattr(os, "getuid") and status.st_uid != os.getuid():
                return None
            return None if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else opened.read()
    except OSError:
        return None
