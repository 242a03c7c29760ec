"""The progress bar of commands that take more than a second."""

import io

import pytest
from rich.console import Console

from postbacks_cli.terminal import progress

HINT = "Reading events"


def shown(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, quiet_seconds: float) -> str:
    """Return what a command of three steps writes to stderr."""
    written = io.StringIO()
    monkeypatch.setattr(progress, "stderr", Console(file=written, force_terminal=is_terminal, width=80))
    monkeypatch.setattr(progress, "_QUIET_SECONDS", quiet_seconds)
    with progress.progress(HINT) as tell:
        tell(1, None)
        tell(2, 3)
        tell(4, 3)  # DynamoDB's count of items is up to six hours old
    return written.getvalue()


def test_slow_command_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal, a slow command shows a bar with the number of processed items."""
    output = shown(monkeypatch, is_terminal=True, quiet_seconds=-1)
    assert HINT in output
    assert "4" in output


@pytest.mark.parametrize(("is_terminal", "quiet_seconds"), [(True, 60), (False, -1)], ids=["quick", "no terminal"])
def test_no_bar(monkeypatch: pytest.MonkeyPatch, is_terminal: bool, quiet_seconds: float) -> None:  # noqa: FBT001
    """A quick command shows no bar, nor does a command without a terminal."""
    assert shown(monkeypatch, is_terminal=is_terminal, quiet_seconds=quiet_seconds) == ""
