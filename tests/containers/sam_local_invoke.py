"""Each event of events/, in a container, by the commands of events/README.md.

`make test-containers` runs this; `make test`, which needs no container engine, does not. SAM_LOCAL_OPTIONS holds
further options of `sam local invoke`, such as --skip-pull-image.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import docker
import pytest
from docker.errors import DockerException

from local import containers
from local.aws import environment
from local.stack import Stack
from tools import ROOT
from tools.pages.lambda_events import EVENTS
from tools.samples import LATER_SAMPLES, SAMPLES

POSTBACKS: Final = sorted(path.name for sample in SAMPLES | LATER_SAMPLES for path in EVENTS.glob(f"{sample}.*"))
MANAGEMENT: Final = [
    "subscribe",
    "subscribe-campaign",
    "subscribe-campaignfinish",
    "subscribe-v2",
    "list-subscriptions",
    "show-subscription",
    "show-v2",
    "create-url",
    "create-url-v1.1",
    "unsubscribe",
    "unsubscribe-v2",
]
ARCHITECTURE: Final = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
SECONDS: Final = 300
"""Seconds: enough to fetch the image the first time."""


@pytest.fixture(scope="session")
def bridge() -> str:
    """Return the address of this machine on the container engine's bridge."""
    try:
        network = docker.from_env().networks.get("bridge")
    except DockerException as error:
        pytest.fail(f"No container engine answers, so nothing is tested here: {error}")
    return str(network.attrs["IPAM"]["Config"][0]["Gateway"])


@pytest.fixture(scope="session")
def variables(stack: Stack, state_dir: Path, bridge: str) -> Path:
    """Return the variables file for functions in containers, which connect to the local stack."""
    containers.admit(stack, state_dir, bridge)
    command = [sys.executable, "-m", "local.lambda_environment"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"CALLFIRE_LOCAL_DIR": str(state_dir)}, check=True)
    return state_dir / "env.json"


def invoke(function: str, event: str, variables: Path) -> dict[str, Any]:
    """Invoke a built function, and return its answer."""
    options = [
        *("--template", str(variables.parent / "build" / "template.yaml"), "--event", str(EVENTS / event)),
        *("--env-vars", str(variables), "--parameter-overrides", f"Architecture={ARCHITECTURE}"),
        *os.environ.get("SAM_LOCAL_OPTIONS", "").split(),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "samcli", "local", "invoke", function, *options],
        env=environment(SAM_CLI_TELEMETRY="0"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.stdout, done.stderr[-4000:]
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


@pytest.mark.parametrize("event", POSTBACKS)
def test_postback_is_kept(event: str, variables: Path) -> None:
    """Each sample in each form is accepted, or is a duplicate of another form."""
    answer = invoke("ReceiveFunction", event, variables)
    assert answer["statusCode"] == 200, answer
    assert json.loads(answer["body"])["status"] in ("accepted", "duplicate")


@pytest.mark.parametrize("action", MANAGEMENT)
def test_subscriptions_are_managed(action: str, variables: Path) -> None:
    """Each direct invocation is carried out at the fake CallFire."""
    answer = invoke("SubscriptionsFunction", f"{action}.json", variables)
    assert "state" in answer or "subscriptions" in answer, answer


@pytest.mark.parametrize("function", ["ReceiveFunction", "DrainFunction", "RelayFunction"])
def test_wrong_event_is_named(function: str, variables: Path) -> None:
    """A function that gets another one's event names the mistake."""
    event = "subscribe.json" if function == "ReceiveFunction" else "call-finished.json"
    assert invoke(function, event, variables)["errorType"] == "WrongEventError"
