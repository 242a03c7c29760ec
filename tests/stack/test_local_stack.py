"""The local stack's commands, as make calls them: their output, their addresses, and a clean end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from local import last_deployment, processes
from local.stack import Stack, find
from tests.support.fake_callfire_controls import FakeCallFire
from tools import ROOT
from tools.bench_setup import UNTIL
from tools.samples import SAMPLES

SOON = 120
"""Seconds, more than any step takes."""


@contextmanager
def command(name: str, state_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Run one of the local stack's commands in a directory."""
    with subprocess.Popen(
        [sys.executable, "-m", "local", name],
        cwd=ROOT,
        env=os.environ
        | {"CALLFIRE_LOCAL_DIR": str(state_dir), "XDG_STATE_HOME": str(state_dir / "state"), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Return a command's output up to a text."""
    assert process.stdout
    output = ""
    for line in process.stdout:
        output += line
        if text in line:
            return output
    pytest.fail(f"It ended with: {output}")


@pytest.fixture(scope="module")
def after_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a directory after `make run` and Ctrl-C, and the whole output."""
    state_dir = tmp_path_factory.mktemp("run")
    with command("run", state_dir) as run:
        shown = read_until(run, UNTIL)
        described = json.loads((state_dir / "stack.json").read_text())
        assert (state_dir / "state" / "callfire-postbacks" / "local-stack").read_text() == f"{state_dir}\n"
        run.send_signal(signal.SIGINT)
        assert run.wait(SOON) == 0
    assert {"endpoint_url", "region", "api_url", "outputs", "fake_callfire", "postback_urls"} <= described.keys()
    return state_dir, shown


def test_run_shows_five_postbacks_and_leaves_nothing(after_run: tuple[Path, str]) -> None:
    """`make run` shows each sample beside its event, runs until Ctrl-C, and leaves nothing behind."""
    state_dir, shown = after_run
    for text in (
        "sam build",
        "sam deploy",
        "postbacks send",
        *(f"\n{kind}: 200 accepted\n" for kind in (*SAMPLES, "v2-outbound-call")),
    ):
        assert text in shown
    assert len(shown.splitlines()) < 5 * 25 + 20
    assert max(len(line) for line in shown.splitlines() if " │ " in line) <= 80
    assert not (state_dir / "state" / "callfire-postbacks" / "local-stack").exists()
    assert processes.find(state_dir) == []
    assert not (state_dir / "stack.json").exists()


def test_changed_code_needs_no_sam(after_run: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The next `make up` deploys changed code without SAM; a changed template would need SAM again."""
    state_dir, _ = after_run
    built = state_dir / "build" / "ReceiveFunction" / "callfire_postbacks" / "ingest.py"
    built.write_text("raise RuntimeError")  # the build differs from the source
    deployed = json.loads((state_dir / last_deployment.FILE).read_text())
    (state_dir / last_deployment.FILE).write_text(json.dumps(deployed | {"code": ""}))

    with command("up", state_dir) as up:
        shown = read_until(up, "Running until `make down`")
    running = find(state_dir)
    assert running
    assert FakeCallFire(running.fake_callfire).post("callfinish", SAMPLES["text-sent"])[0] == 200
    with command("down", state_dir) as down:
        read_until(down, "Stopped.")
    assert "sam " not in shown
    assert processes.find(state_dir) == []

    other_template = state_dir / "template.yaml"
    other_template.write_text("other")
    assert last_deployment.is_repeatable(state_dir)
    monkeypatch.setattr(last_deployment, "DEFINITION", [other_template, *last_deployment.DEFINITION[1:]])
    assert not last_deployment.is_repeatable(state_dir)


def test_interrupted_start_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C during the start stops everything that was started."""
    with command("up", tmp_path) as up:
        read_until(up, "Starting ministack")
        assert processes.find(tmp_path)
        up.send_signal(signal.SIGINT)
        assert up.wait(SOON) == 0
    assert processes.find(tmp_path) == []


def test_second_up_says_so(stack: Stack, state_dir: Path) -> None:
    """A second `make up` says that a stack is running, and where, and leaves it alone."""
    with command("up", state_dir) as up:
        assert "is running already" in read_until(up, str(state_dir / "stack.json"))
        assert up.wait(SOON) == 0
    assert stack.aws.dynamodb.list_tables()["TableNames"]


def test_down_without_a_stack(tmp_path: Path) -> None:
    """`make down` without a running stack says so and succeeds."""
    with command("down", tmp_path / "never") as down:
        read_until(down, "No local stack is running.")
        assert down.wait(SOON) == 0


@pytest.mark.usefixtures("stack")
def test_listens_on_loopback_only(state_dir: Path) -> None:
    """No port of the stack can be reached from another machine."""
    addresses = {
        connection.laddr.ip
        for process in processes.find(state_dir)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}
