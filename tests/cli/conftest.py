"""`postbacks` on the deployed local stack."""

from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.stack.terminal import HOSTILE, Postbacks, Result, run


@pytest.fixture
def postbacks(stack: Stack, state_dir: Path, tmp_path: Path) -> Postbacks:
    """Return a function that runs `postbacks` in a terminal whose user has other AWS settings."""
    assert stack.outputs

    def on_local_stack(*arguments: str, stdin: str = "") -> Result:
        variables = HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir)}
        return run(*arguments, stdin=stdin, variables=variables, cwd=tmp_path)

    return on_local_stack


@pytest.fixture
def fake_callfire(stack: Stack) -> FakeCallFire:
    """Return the fake CallFire."""
    return FakeCallFire(stack.fake_callfire)
