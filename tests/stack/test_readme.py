"""README from the clone to "my queue has the event": the test types its blocks into a shell unchanged."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local.stack import Stack
from tests.support.pages import PAGES, blocks
from tests.support.stack.terminal import environment
from tools import ROOT

SECONDS: Final = 120
README: Final = PAGES[ROOT / "README.md"]
SECTION: Final = README.partition("\n## Consume\n")[2].partition("\n## ")[0]


@pytest.fixture
def shell(stack: Stack, state_dir: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return a shell environment after `make up`; remove README's consumer afterwards."""
    programs = str(Path(sys.executable).parent)
    yield environment({
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "CALLFIRE_LOCAL_DIR": str(state_dir),
        "AWS_PROFILE": "somebody-elses",
    })
    stack.aws.cloudformation.delete_stack(StackName="replies")


def test_try_it_says_how_to_have_a_stack() -> None:
    """Before the consumer, README has the reader start a stack and names the command line."""
    before = "\n".join(blocks(README.partition("\n## Consume\n")[0], "sh"))
    typed = {line.partition(" #")[0].strip() for line in before.splitlines()}
    assert {"make up", "alias postbacks=.venv/bin/postbacks"} <= typed


@pytest.mark.usefixtures("no_events")
def test_queue_has_the_event(shell: dict[str, str], tmp_path: Path) -> None:
    """The template is saved, the commands are typed, and the queue has the reply that was sent."""
    [template], [typed] = blocks(SECTION, "yaml"), blocks(SECTION, "sh")
    (tmp_path / "consumer.yaml").write_text(template)
    done = subprocess.run(
        ["/bin/sh", "-euc", typed],
        cwd=tmp_path,
        env=shell,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    received = json.loads(done.stdout[done.stdout.index('{\n    "Messages"') :])
    [message] = received["Messages"]
    event = json.loads(message["Body"])
    assert event["type"] == "com.callfire.text.received.v1"
    assert event["data"]["text_id"] != "111111"
