"""The deployed functions with a fault proxy in front of AWS, and fixtures to observe them."""

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
from tests.support.stack.consumers import consumer
from tests.support.stack.deployed import configuration
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.observing import parked, recover, take_rejected
from tests.support.waiting import wait_until

Published = Callable[[], Counter[str]]

VISIBILITY_SECONDS = 2
"""Seconds until a postback that could not be drained is delivered again.

A deployed stack uses minutes, longer than drain's timeout, as AWS recommends. With so short a time, one drain may even
meet another that is still processing the same postback.
"""


_FUNCTIONS = {"receive": "ReceiveFunctionName", "drain": "DrainFunctionName", "relay": "RelayFunctionName"}
PATIENCE = 300
"""Seconds that the local AWS may take to end processes: it removes the files of each, which a busy disk delays."""


@pytest.fixture(scope="package")
def proxy(stack: Stack, state_dir: Path) -> Iterator[FaultProxy]:
    """Have receive, drain and relay call the proxy instead of AWS; restore the configuration afterwards."""
    with ExitStack() as meanwhile:
        proxy = meanwhile.enter_context(FaultProxy(stack.endpoint_url, partial(kill, state_dir)).running())
        for name, output in _FUNCTIONS.items():
            meanwhile.enter_context(calling(stack, output, f"{proxy.url}/{name}"))
        meanwhile.enter_context(visible_after(stack, VISIBILITY_SECONDS))
        yield proxy


@pytest.fixture(scope="package")
def published(stack: Stack) -> Iterator[Published]:
    """Return a function that counts an event's messages; the local topic delivers before it answers."""
    counted: Counter[str] = Counter()
    with consumer(stack, raw=True, quiet_seconds=0) as receive:

        def count() -> Counter[str]:
            counted.update(message.event["id"] for message in receive(0))
            return counted

        yield count


@pytest.fixture(autouse=True)
def emptied(stack: Stack) -> Iterator[None]:
    """Have no parked postback before or after a test, no open circuit, and no rejected postback of another test."""
    recover(stack)
    take_rejected(stack)
    yield
    wait_until(lambda: not parked(stack))


@contextmanager
def calling(stack: Stack, function: str, endpoint_url: str) -> Iterator[None]:
    """Have a function call another endpoint for a while; its processes end with each change, as in a deployment."""
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
    """Have parked postbacks delivered again after some seconds, for a while."""
    sqs, queue = stack.aws.sqs, stack.outputs["ParkedQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)


def kill(state_dir: Path, port: int) -> None:
    """Kill the stack's process that owns a port, as Lambda kills a function: without warning."""
    for process in processes.find(state_dir):
        with suppress(psutil.Error):
            if any(connection.laddr.port == port for connection in process.net_connections("tcp")):
                process.kill()
                return
    raise RuntimeError(f"No process of the stack has port {port}")
