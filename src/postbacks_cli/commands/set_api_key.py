"""`postbacks set-api-key`: store CallFire's API key for the stack."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.secret_parameters import API_KEY, ask, parameter_name, store
from postbacks_cli.errors import CommandError
from postbacks_cli.terminal.output import emit


def set_api_key(
    context: typer.Context,
    *,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the key from standard input instead of a prompt.")
    ] = False,
) -> None:
    """Store CallFire's API key in SSM, encrypted, also before the stack's first deployment.

    The command does not show the key, nor accept it as an argument, which other programs could read.

    Example: `postbacks set-api-key --stack callfire-postbacks --region us-east-1`
    """
    stack = find_stack.of(context)
    name = parameter_name(stack, API_KEY)
    key = ask("CallFire's API key", stdin=stdin)
    if not key:
        raise CommandError("The key is empty, so nothing was stored.")
    emit(store(stack, name, key))
