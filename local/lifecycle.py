"""Start and stop the local stack: ministack with the deployed template, the fake CallFire and the console."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from fcntl import LOCK_EX, flock
from pathlib import Path

from local import aws, console, function_logs, http_api, last_deployment, ministack, processes, redeploy, sam
from local.fake_callfire import server
from local.stack import FILE, Stack, find, write
from local.subscriptions import subscribe

STACK_NAME = "callfire-postbacks"

Step = Callable[[str], AbstractContextManager[object]]
"""Called with the name of each step; its context lasts as long as the step."""


class AlreadyUpError(Exception):
    """A local stack is running already."""


def start(state_dir: Path, *, parameters: Mapping[str, str] | None = None, step: Step = nullcontext) -> Stack:
    """Build, deploy and subscribe; return the stack, which stays up when this process ends.

    Raises AlreadyUpError, and RuntimeError with the reason if a step fails. Then nothing is left running.
    """
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(state_dir):
        if find(state_dir):
            raise AlreadyUpError(f"A local stack is running already: see {state_dir / FILE}")
        _stop(state_dir)
        try:
            stack = _start(state_dir, parameters or {}, step)
        except BaseException:
            _stop(state_dir)
            raise
        write(stack, state_dir)
        return stack


def _start(state_dir: Path, parameters: Mapping[str, str], step: Step) -> Stack:
    with step("Starting ministack, a local AWS, and the fake CallFire"):
        endpoint_url = ministack.start(state_dir)
        clients = aws.clients(endpoint_url)
        clients.s3.create_bucket(Bucket=sam.BUCKET)
        api_key = secrets.token_hex(20)
        clients.ssm.put_parameter(Name=f"/{STACK_NAME}/callfire-api-key", Value=api_key, Type="SecureString")
        credentials = f"{secrets.token_hex(6)}:{secrets.token_hex(12)}"
        clients.ssm.put_parameter(Name=f"/{STACK_NAME}/callfire-credentials", Value=credentials, Type="SecureString")
        callfire_url = server.start(state_dir, api_key, credentials)
    parameters = {
        "CallFireUrl": callfire_url + server.CALLBACK_PATH,
        "CallFireV2Url": callfire_url + server.V2_PATH,
    } | dict(parameters)
    _deploy(state_dir, clients, parameters, step)
    with step("Adding routes and subscriptions"):
        api_id = http_api.make_routes(clients, STACK_NAME)
        api_url = f"{endpoint_url}/_aws/execute-api/{api_id}/$default"
        clients.ssm.put_parameter(Name=f"/{STACK_NAME}/api-url", Value=api_url, Type="String", Overwrite=True)
        urls = subscribe(api_url, fake_callfire=callfire_url)
        [described] = clients.cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    return Stack(
        endpoint_url=endpoint_url,
        region=aws.REGION,
        stack_name=STACK_NAME,
        api_url=api_url,
        outputs=outputs,
        fake_callfire=callfire_url,
        postback_urls=urls,
    )


def _deploy(state_dir: Path, clients: aws.Clients, parameters: Mapping[str, str], step: Step) -> None:
    if last_deployment.is_repeatable(state_dir):
        with step("Building changed functions"):
            redeploy.build(state_dir)
        with step("Deploying"):
            redeploy.deploy(state_dir, clients, stack_name=STACK_NAME, parameters=parameters)
        return
    last_deployment.forget(state_dir)
    with step("sam build"):
        sam.build(state_dir)
    with step("sam deploy"):
        endpoint_url = clients.cloudformation.meta.endpoint_url
        sam.deploy(state_dir, endpoint_url=endpoint_url, stack_name=STACK_NAME, parameters=parameters)
        redeploy.remember(state_dir, clients)


def open_console(stack: Stack, state_dir: Path) -> Stack:
    """Start the console of a stack, and add its address to stack.json. Raises RuntimeError."""
    opened = replace(stack, console_url=console.start(state_dir))
    write(opened, state_dir)
    return opened


def stop(state_dir: Path) -> bool:
    """Stop the stack, even if only a part of it runs; return whether there was one."""
    if not state_dir.exists():
        return False
    with _locked(state_dir):
        if stack := find(state_dir):
            function_logs.save(aws.clients(stack.endpoint_url, timeout=5), state_dir)
        return _stop(state_dir)


def _stop(state_dir: Path) -> bool:
    stopped = processes.stop(state_dir)
    (state_dir / FILE).unlink(missing_ok=True)
    shutil.rmtree(state_dir / "tmp", ignore_errors=True)
    return stopped


@contextmanager
def running(
    state_dir: Path, *, parameters: Mapping[str, str] | None = None, step: Step = nullcontext
) -> Iterator[Stack]:
    """Run a stack within a `with` block. Raises the same errors as `start`."""
    stack = start(state_dir, parameters=parameters, step=step)
    try:
        yield stack
    finally:
        stop(state_dir)


@contextmanager
def _locked(state_dir: Path) -> Iterator[None]:
    with (state_dir / "lock").open("w") as file:
        flock(file, LOCK_EX)  # released when the file is closed
        yield
