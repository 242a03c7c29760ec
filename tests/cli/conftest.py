"""`postbacks` on the deployed laptop stack."""

from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.terminal import HOSTILE, Postbacks, Result, run


@pytest.fixture
def postbacks(stack: Stack, state_dir: Path, tmp_path: Path) -> Postbacks:
    """Runs it, in a terminal whose user has AWS settings of their own."""
    assert stack.outputs

    def on_laptop(*arguments: str, stdin: str = "") -> Result:
        variables = HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir)}
        return run(*arguments, stdin=stdin, variables=variables, cwd=tmp_path)

    return on_laptop


@pytest.fixture
def fake_callfire(stack: Stack) -> FakeCallFire:
    """CallFire's fake_callfire."""
    return FakeCallFire(stack.fake_callfire)
