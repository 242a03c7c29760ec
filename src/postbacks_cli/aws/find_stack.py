"""Find the user's stack: on AWS with the user's own credentials, or the local stack without any."""

import os
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from typing import Final
from urllib.parse import urlsplit

import typer

from postbacks_cli.aws import local_stack, sam_config
from postbacks_cli.aws.clients import Clients
from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError
from postbacks_cli.terminal.output import say

DEFAULT_NAME: Final = "callfire-postbacks"
LOCAL: Final = "local"
"""The name that selects the stack started by `make up`."""

LOCAL_KEY: Final = "test"
"""Access key and secret key for the local AWS, which accepts any."""

_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True)
class Choice:
    """The user's choice of a stack; the configuration of `sam deploy` fills the gaps."""

    stack: str | None
    region: str | None
    profile: str | None


def of(context: typer.Context) -> Stack:
    """Find the stack of the user's choice. Raises CommandError, and botocore's errors."""
    choice: Choice = context.obj
    if choice.stack == LOCAL or not choice.stack:
        local = find_local()
        if local:
            if not choice.stack:
                say(f"Stack {local.place}", style="dim")
            return local
        if choice.stack:
            raise CommandError("No local stack is running. `make up` starts one, in a checkout.")
    from botocore.session import Session  # noqa: PLC0415  `--help` starts sooner

    deployment = sam_config.find(choice.stack, directory=Path())
    session = Session(profile=choice.profile or deployment.profile)
    region = choice.region or deployment.region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
    stack = Stack(choice.stack or deployment.stack or DEFAULT_NAME, Clients(session, region))
    if not choice.stack:
        say(f"Stack {stack.place}", style="dim")
    return stack


def find_local() -> Stack | None:
    """Return the local stack if it is up; its file alone may be left over from a crash."""
    written = local_stack.described() or {}
    try:
        name, region, endpoint_url = written["stack_name"], written["region"], written["endpoint_url"]
        server, fake_callfire = urlsplit(endpoint_url), written.get("fake_callfire")
    except (ValueError, KeyError, AttributeError):
        return None
    if server.hostname != _LOOPBACK or not _listens(server.port or 80):
        return None
    from botocore.session import Session  # noqa: PLC0415  as above

    no_user = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = Session(session_vars=no_user)
    session.set_credentials(LOCAL_KEY, LOCAL_KEY)
    return Stack(name, Clients(session, region, endpoint_url), fake_callfire)


def _listens(port: int) -> bool:
    try:
        create_connection((_LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
