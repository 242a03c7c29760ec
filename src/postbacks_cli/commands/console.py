"""`postbacks console`: the console, in a browser."""

from typing import Annotated

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.errors import CommandError


def console(
    context: typer.Context,
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, metavar="N", help="The port on 127.0.0.1; any free one by default.")
    ] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the address; open no browser.")] = False,
) -> None:
    """Open a web page that shows, finds, replays and redrives postbacks, until Ctrl-C.

    Only this machine can reach it, and only with the key in the printed address. It uses your own AWS credentials.

    Example: `postbacks console --port 8900`
    """
    stack = find_stack.of(context)
    stack.output("ApiUrl")  # fails without a stack or without credentials
    try:
        from postbacks_cli.console.server import serve  # noqa: PLC0415  an extra that no other command needs
    except ModuleNotFoundError as error:
        raise CommandError(
            f"The console needs {error.name}. Install it from a checkout: pip install '.[console]'"
        ) from None
    serve(stack, port=port, is_opened=not no_open)
