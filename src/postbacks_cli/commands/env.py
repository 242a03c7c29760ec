"""`postbacks env`: environment variables that connect other programs to the stack's AWS."""

import os
import shlex
from typing import Annotated, Final

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.find_stack import LOCAL_KEY
from postbacks_cli.aws.stack import Stack
from postbacks_cli.terminal.output import emit, emit_json

_FOREIGN: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
"""Variables that would connect a program to the user's own AWS account despite the keys."""
_AWS: Final = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
"""Version 1 of the AWS CLI ignores the variable for SQS and uses its own endpoint."""


def env(
    context: typer.Context, *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """Print shell commands that set region, topic and table; for the local stack, also endpoint and keys.

    If you run them, `aws` and every AWS SDK in this shell use the same AWS as the stack.

    Example: `eval "$(postbacks env)"`
    """
    stack = find_stack.of(context)
    variables = _variables(stack)
    if as_json:
        emit_json(variables)
        return
    if stack.endpoint_url:
        emit(f"unset {' '.join(_FOREIGN)}")
    for name, value in variables.items():
        emit(f"export {name}={shlex.quote(value)}")
    if stack.endpoint_url:
        emit(_AWS)


def _variables(stack: Stack) -> dict[str, str]:
    region = str(stack.aws.region)
    variables = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "EVENTS_TOPIC_ARN": stack.output("EventsTopicArn"),
        "EVENTS_TABLE": stack.output("EventsTableName"),
    }
    if not stack.endpoint_url:
        return variables
    no_proxy = [one for one in (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "").split(",") if one]
    loopback = ",".join(dict.fromkeys([*no_proxy, "127.0.0.1", "localhost"]))
    return {
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_ACCESS_KEY_ID": LOCAL_KEY,
        "AWS_SECRET_ACCESS_KEY": LOCAL_KEY,
        "AWS_USE_FIPS_ENDPOINT": "false",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": loopback,
        "no_proxy": loopback,
        **variables,
    }
