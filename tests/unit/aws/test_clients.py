"""The AWS timeouts are short enough for the pipeline to end before the function times out."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from callfire_postbacks.aws import clients
from callfire_postbacks.functions import drain
from callfire_postbacks.outbox import topic
from tools.template import load_template

PAUSE_SECONDS = 1
"""The longest pause before the first retry in botocore's standard mode."""

NAMES = ("dynamodb", "sns", "sqs", "ssm", "ssm_once")
"""The functions that make clients."""


def _longest(client: Any) -> float:  # noqa: ANN401  made at run time
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    return float(attempts * (config.connect_timeout + config.read_timeout) + (attempts - 1) * PAUSE_SECONDS)


def test_longest_path_ends_before_the_function() -> None:
    """Whatever hangs, the function answers before its timeout, and API Gateway waits longer than that."""
    dynamodb, sns, sqs = (_longest(client()) for client in (clients.dynamodb, clients.sns, clients.sqs))
    function = load_template()["Resources"]["ReceiveFunction"]["Properties"]
    stored = dynamodb + dynamodb + topic.QUICK_SECONDS + sns + dynamodb
    parked = dynamodb + dynamodb + sqs
    assert max(stored, parked) <= drain.POSTBACK_SECONDS
    assert max(stored, parked) + 2 < function["Timeout"]
    secret = _longest(clients.ssm_once())  # read first if CallFire signs
    assert max(stored, parked) + secret <= drain.POSTBACK_SECONDS < function["Timeout"]
    assert function["Timeout"] * 1_000 < function["Events"]["Postback"]["Properties"]["TimeoutInMillis"]


def test_clients_are_made_once() -> None:
    """All calls of a function share its clients, and so reuse open connections."""
    assert clients.dynamodb() is clients.dynamodb()
    config: Any = clients.dynamodb().meta.config
    assert config.tcp_keepalive is True


@pytest.mark.slow
def test_first_client_searches_no_other_service() -> None:
    """A cold start lists no directory of the hundreds of services that the functions do not use."""
    program = f"""if True:
        import sys
        sys.addaudithook(lambda event, args: print(args[0]) if event == "os.listdir" else None)
        from callfire_postbacks.aws import clients
        {", ".join(f"clients.{name}()" for name in NAMES)}
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    listed = {Path(directory) for directory in ended.stdout.splitlines()}
    assert {path.name for path in listed if "data" in path.parts} == {"dynamodb", "sns", "sqs", "ssm"}
