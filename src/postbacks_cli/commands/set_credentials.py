"""`postbacks set-credentials`: store login and password of CallFire's API v2 for the stack."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.secret_parameters import CREDENTIALS, ask, parameter_name, store
from postbacks_cli.errors import CommandError
from postbacks_cli.terminal.output import emit


def set_credentials(
    context: typer.Context,
    *,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read LOGIN:PASSWORD from standard input instead of two prompts.")
    ] = False,
) -> None:
    """Store login and password of CallFire's API v2 in SSM, encrypted, also before the stack's first deployment.

    Create API credentials in the settings of your CallFire account; those of its website do not work. The
    command does not show them, nor accept them as arguments, which other programs could read.

    Example: `postbacks set-credentials --stack callfire-postbacks --region us-east-1`
    """
    stack = find_stack.of(context)
    name = parameter_name(stack, CREDENTIALS)
    if stdin:
        login, _, password = ask("", stdin=True).partition(":")
    else:
        login, password = ask("API login", stdin=False), ask("API password", stdin=False)
    if not login or not password:
        raise CommandError("The login or the password is empty, so nothing was stored.")
    if ":" in login:
        raise CommandError("A login has no colon, so nothing was stored.")
    emit(store(stack, name, f"{login}:{password}"))
