"""The running local stack is found from any directory, and only its user can set its location."""

import json
from pathlib import Path

import pytest

from postbacks_cli.aws import local_stack


@pytest.fixture(autouse=True)
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a local stack's directory; the user is in another one."""
    directory, elsewhere = tmp_path / "stack", tmp_path / "elsewhere"
    directory.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("CALLFIRE_LOCAL_DIR", raising=False)
    describe(directory, "pointed to")
    return directory


def describe(directory: Path, name: str) -> None:
    """Write the file that describes a stack."""
    directory.mkdir(exist_ok=True)
    file = directory / "stack.json"
    file.write_text(json.dumps({"stack_name": name}))
    file.chmod(0o600)


def test_pointer_leads_to_the_stack_until_it_is_forgotten(state_dir: Path) -> None:
    """The current stack is found from anywhere, and is no longer found once it is forgotten."""
    assert local_stack.described() is None
    local_stack.point_to(state_dir)
    assert local_stack.described() == {"stack_name": "pointed to"}
    assert local_stack.pointer().stat().st_mode & 0o077 == 0
    local_stack.forget(state_dir)
    assert local_stack.described() is None
    local_stack.forget(state_dir)


def test_named_stack_and_stack_of_this_directory_come_first(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack of this directory is preferred to another, and a named one to both, whether it runs or not."""
    local_stack.point_to(state_dir)
    describe(Path(".local"), "here")
    assert local_stack.described() == {"stack_name": "here"}
    monkeypatch.setenv("CALLFIRE_LOCAL_DIR", str(tmp_path / "named"))
    assert local_stack.described() is None
    describe(tmp_path / "named", "named")
    assert local_stack.described() == {"stack_name": "named"}


def test_pointer_of_another_stack_stays(state_dir: Path, tmp_path: Path) -> None:
    """Stopping a stack leaves the pointer to another one."""
    local_stack.point_to(state_dir)
    local_stack.forget(tmp_path / "other")
    assert local_stack.described() is not None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_file_that_others_may_write_is_ignored(state_dir: Path, mode: int) -> None:
    """A file that another user could have written is ignored, because it could redirect postbacks."""
    local_stack.point_to(state_dir)
    (state_dir / "stack.json").chmod(mode)
    assert local_stack.described() is None
    (state_dir / "stack.json").chmod(0o600)
    local_stack.pointer().chmod(mode)
    assert local_stack.described() is None


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_broken_file_is_no_stack(state_dir: Path, text: str) -> None:
    """A broken file counts as no file."""
    local_stack.point_to(state_dir)
    (state_dir / "stack.json").write_text(text)
    assert local_stack.described() is None
