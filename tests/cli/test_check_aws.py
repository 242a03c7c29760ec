"""`make check-aws` on the local stack: this proves nothing about AWS, only that the command works."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.stack.terminal import HOSTILE, environment
from tools import ROOT


def check(state_dir: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the local stack."""
    return subprocess.run(
        [sys.executable, "-m", "tools.check_aws", "local", *options],
        cwd=ROOT,
        env=environment(HOSTILE | {"CALLFIRE_LOCAL_DIR": str(state_dir), "NO_PROXY": "127.0.0.1"} | variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.usefixtures("no_events")
def test_one_postback_goes_through(stack: Stack, state_dir: Path) -> None:
    """With --send, a postback in both forms becomes one published event; no URL is shown."""
    done = check(state_dir, "--send", POSTBACKS_URL=stack.postback_urls["callfinish"])
    assert "Traceback" not in done.stderr, done.stderr
    for line in ("POST to a URL that does not exist: 404", "Answers [200, 200], 1 event", "SNS has taken it"):
        assert f"{line}." in done.stdout, done.stdout
    for line in ("text/xml: accepted, repairs: ", "text/xml; charset=ISO-8859-1: accepted, repairs: "):
        assert line in done.stdout, done.stdout
    assert stack.postback_urls["callfinish"] not in done.stdout + done.stderr


def test_sends_on_request_only(stack: Stack, state_dir: Path) -> None:
    """Without --send the command posts no sample; with it and without a URL, it says how to get one."""
    assert stack.outputs
    reading = check(state_dir).stdout
    assert "Answers [" not in reading
    assert "alarm actions" in reading
    assert "receive took" in reading or "receive did not run" in reading
    assert "`postbacks create-url callfinish` makes a URL" in check(state_dir, "--send").stdout
