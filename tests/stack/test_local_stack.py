"""The laptop's commands, as make calls them: what they show, where they listen, and that they leave nothing behind."""

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

from local import processes
from local.stack import Stack
from tools import ROOT

SOON = 120
"""Seconds, more than any of it takes."""


@contextmanager
def command(name: str, state_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """One of the laptop's commands at work in a directory."""
    with subprocess.Popen(
        [sys.executable, "-m", "local", name],
        cwd=ROOT,
        env=os.environ | {"CALLFIRE_LOCAL_DIR": str(state_dir), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """All that a command says until it says some words."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"It ended with: {said}")


def test_run_shows_four_postbacks_and_leaves_nothing(tmp_path: Path) -> None:
    """`make run` shows answer, item and message of each sample, stays until Ctrl-C, and then nothing of it is left."""
    with command("run", tmp_path) as run:
        shown = read_until(run, "Up until Ctrl-C")
        described = json.loads((tmp_path / "stack.json").read_text())
        run.send_signal(signal.SIGINT)
        assert run.wait(SOON) == 0
    for text in ("call-finished", "text-sent", "text-received", "campaign-finished"):
        assert f" {text} " in shown
    assert shown.count('"status":"accepted"') == 4
    assert {"endpoint_url", "region", "api_url", "outputs", "fake_callfire", "postback_urls"} <= described.keys()
    assert processes.find(tmp_path) == []
    assert not (tmp_path / "stack.json").exists()


def test_interrupted_start_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C while the stack is being made stops what there is of it."""
    with command("up", tmp_path) as up:
        read_until(up, "Starting ministack")
        assert processes.find(tmp_path)
        up.send_signal(signal.SIGINT)
        assert up.wait(SOON) == 0
    assert processes.find(tmp_path) == []


def test_second_up_says_so(stack: Stack, state_dir: Path) -> None:
    """A second `make up` says that one is up already, and where, and leaves it alone."""
    with command("up", state_dir) as up:
        assert "is up already" in read_until(up, str(state_dir / "stack.json"))
        assert up.wait(SOON) == 0
    assert stack.aws.dynamodb.list_tables()["TableNames"]


def test_down_without_a_stack(tmp_path: Path) -> None:
    """`make down` where nothing is up says so, and is no failure."""
    with command("down", tmp_path / "never") as down:
        read_until(down, "Nothing is up.")
        assert down.wait(SOON) == 0


@pytest.mark.usefixtures("stack")
def test_listens_on_loopback_only(state_dir: Path) -> None:
    """Nothing of a stack can be reached from another machine."""
    addresses = {
        connection.laddr.ip
        for process in processes.find(state_dir)
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}
