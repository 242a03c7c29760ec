"""Run the `postbacks` commands of the pages."""

import shlex
import signal
import subprocess
from pathlib import Path
from typing import Final

import pytest

from local.stack import Stack
from tests.support.pages import commands
from tests.support.stack.terminal import HOSTILE, PROGRAM, SECONDS, Postbacks, environment

BEGINS: Final = {"tail": "Waiting for events", "console": "The console runs"}
"""The first output of commands that end only by Ctrl-C."""
ENDS: Final = [command for command in commands("postbacks") if command.split()[1] not in BEGINS]
GO_ON: Final = [command for command in commands("postbacks") if command.split()[1] in BEGINS]


@pytest.fixture
def event_id(postbacks: Postbacks) -> str:
    """Store an event and return its id."""
    return str(postbacks("send", "text-sent").lines[0]["id"])


@pytest.fixture
def api_key(stack: Stack) -> str:
    """Return the key that the fake CallFire accepts."""
    name = stack.outputs["CallFireApiKeyParameterName"]
    return stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


@pytest.fixture
def credentials(stack: Stack) -> str:
    """Return login and password that the fake CallFire accepts."""
    name = stack.outputs["CallFireCredentialsParameterName"]
    return stack.aws.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]


@pytest.mark.usefixtures("no_events")
@pytest.mark.parametrize("typed", ENDS)
def test_command_works(typed: str, postbacks: Postbacks, event_id: str, api_key: str, credentials: str) -> None:
    """Every command in a block of a page works unchanged, with yes as the answer to each question."""
    # The suite's own subscription stays unchanged; this existing one suits every command.
    values = {"ID": event_id, "callfinish": "callfinish-74001", "NAME": "callfinish-74001"}
    arguments = [values.get(word, word) for word in shlex.split(typed)[1:]]
    for name in {"callfinish-74001", "v2"}.intersection(arguments):
        assert postbacks("subscribe", name).status == 0
    secrets = {"set-api-key": api_key, "set-credentials": credentials.replace(":", "\n", 1)}
    answer = next((secret for command, secret in secrets.items() if command in arguments), "y")
    done = postbacks(*arguments, stdin=f"{answer}\n")
    assert done.status == 0, done.err


@pytest.mark.parametrize("typed", GO_ON)
def test_command_that_does_not_end(typed: str, stack: Stack, state_dir: Path) -> None:
    """A command that runs until Ctrl-C starts, and ends by Ctrl-C."""
    assert stack.outputs
    with subprocess.Popen(
        [PROGRAM, *shlex.split(typed)[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir), "BROWSER": "true"}),
    ) as process:
        assert process.stderr
        assert any(BEGINS[typed.split()[1]] in line for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
