"""The deployed functions with a fault proxy before their AWS, and what their users and operators see of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil
import pytest

from local import processes
from local.aws import clients
from local.stack import Stack
from tests.support.consumers import consumer
from tests.support.deployed import configuration
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.observing import parked, recover, take_rejected
from tests.support.waiting import wait_until

Published = Callable[[], Counter[str]]

VISIBILITY_SECONDS = 2
"""How soon a postback that could not be drained comes back. Where it is deployed it is minutes, longer than drain's
time-out, as AWS wants it; so short, one drain may even meet another that is still at the same postback."""


PATIENCE = 300
"""Seconds that the local AWS may take to end processes: it removes the files of each, which a busy disk puts off."""


@pytest.fixture(scope="package")
def proxy(stack: Stack, state_dir: Path) -> Iterator[FaultProxy]:
    """What receive, drain and relay call instead of AWS. Afterwards everything is configured as it was."""
    with ExitStack() as meanwhile:
        proxy = meanwhile.enter_context(FaultProxy(stack.endpoint_url, partial(kill, state_dir)).running())
        for name in ("receive", "drain", "relay"):
            meanwhile.enter_context(calling(stack, f"{name.title()}FunctionName", f"{proxy.url}/{name}"))
        meanwhile.enter_context(visible_after(stack, VISIBILITY_SECONDS))
        yield proxy


@pytest.fixture(scope="package")
def published(stack: Stack) -> Iterator[Published]:
    """Tells how often each event has come to a consumer; the local topic delivers before it answers."""
    counted: Counter[str] = Counter()
    with consumer(stack, raw=True, quiet_seconds=0) as receive:

        def count() -> Counter[str]:
            counted.update(message.event["id"] for message in receive(0))
            return counted

        yield count


@pytest.fixture(autouse=True)
def emptied(stack: Stack) -> Iterator[None]:
    """Nothing is parked before or after a test, no circuit is open, and what is rejected in it is its own."""
    recover(stack)
    take_rejected(stack)
    yield
    wait_until(lambda: not parked(stack))


@contextmanager
def calling(stack: Stack, function: str, endpoint_url: str) -> Iterator[None]:
    """Have a function call another endpoint for a while; its processes end with each change, as when deploying."""
    functions, deployed = clients(stack.endpoint_url, timeout=PATIENCE).functions, configuration(stack, function)
    name, variables = deployed["FunctionName"], deployed["Environment"]["Variables"]
    aliases = functions.list_aliases(FunctionName=name)["Aliases"]

    def configure(**more: str) -> None:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables | more})

    configure(AWS_ENDPOINT_URL=endpoint_url)
    version = functions.publish_version(FunctionName=name)["Version"]
    for alias in aliases:
        functions.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)
    try:
        yield
    finally:
        for alias in aliases:
            functions.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=alias["FunctionVersion"])
        functions.delete_function(FunctionName=name, Qualifier=version)
        configure()


@contextmanager
def visible_after(stack: Stack, seconds: int) -> Iterator[None]:
    """Have parked postbacks come back after some seconds for a while."""
    sqs, queue = stack.aws.sqs, stack.outputs["ParkedQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)


def kill(state_dir: Path, port: int) -> None:
    """Kill the process of a stack that a port belongs to, as Lambda kills a function: without a word."""
    for process in processes.find(state_dir):
        with suppress(psutil.Error):
            if any(connection.laddr.port == port for connection in process.net_connections("tcp")):
                process.kill()
                return
    raise RuntimeError(f"No process of the stack has port {port}")
