"""`postbacks set-api-key`: stores CallFire's API key where the stack reads it."""

import re
import sys
from typing import Annotated, Final

import typer

from postbacks_cli import find_stack
from postbacks_cli.errors import CommandError
from postbacks_cli.output import emit
from postbacks_cli.stack import Stack

_OUTPUT: Final = "CallFireApiKeyParameterName"
_RESERVED: Final = re.compile(r"/(aws|ssm)", re.IGNORECASE)


def set_api_key(
    context: typer.Context,
    *,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the key from standard input instead of a prompt.")
    ] = False,
) -> None:
    """Store CallFire's API key in SSM, encrypted. Works before the stack's first deployment too.

    The key is neither shown nor taken from the command line, where other programs could read it.

    Example: `postbacks --stack callfire-postbacks --region us-east-1 set-api-key`
    """
    stack = find_stack.of(context)
    name = parameter_name(stack)
    if _RESERVED.match(name):
        raise CommandError(f"SSM refuses names that begin like {name}, so a stack cannot be called {stack.name}.")
    key = (sys.stdin.readline() if stdin else typer.prompt("CallFire's API key", hide_input=True, err=True)).strip()
    if not key:
        raise CommandError("The key is empty, so nothing was stored.")
    stack.ssm.put_parameter(Name=name, Value=key, Type="SecureString", Overwrite=True)
    emit(f"Stored as {name} of {stack.place}.")


def parameter_name(stack: Stack) -> str:
    """Return the name of the parameter that the stack reads or, before it is deployed, will read."""
    if stack.is_deployed():
        return stack.output(_OUTPUT)
    return f"/{stack.name}/callfire-api-key"
