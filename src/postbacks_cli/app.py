"""The application of all commands, and its exit status: 0 done, 1 failed, 2 wrong usage."""

import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli.aws.find_stack import DEFAULT_NAME, LOCAL, Choice
from postbacks_cli.commands.console import console
from postbacks_cli.commands.create_url import create_url
from postbacks_cli.commands.doctor import doctor
from postbacks_cli.commands.env import env
from postbacks_cli.commands.events import events
from postbacks_cli.commands.expire import expire
from postbacks_cli.commands.export import export
from postbacks_cli.commands.find import find
from postbacks_cli.commands.redrive import redrive
from postbacks_cli.commands.rejected import rejected
from postbacks_cli.commands.replay import replay
from postbacks_cli.commands.send import send
from postbacks_cli.commands.set_api_key import set_api_key
from postbacks_cli.commands.set_credentials import set_credentials
from postbacks_cli.commands.show import show
from postbacks_cli.commands.stats import stats
from postbacks_cli.commands.subscriptions import rotate, subscribe, subscriptions, unsubscribe
from postbacks_cli.commands.tail import tail
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.terminal.help import Command, Group
from postbacks_cli.terminal.output import escape_what_cannot_be_encoded, say

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # unexpected errors show a traceback, without values of variables
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PANELS: Final[dict[str, list[Callable[..., None]]]] = {
    "Subscriptions at CallFire": [subscribe, rotate, unsubscribe, subscriptions, create_url],
    "Events": [find, events, show, stats, tail, replay, export, expire],
    "Rejected postbacks": [rejected, redrive],
    "The stack": [console, set_api_key, set_credentials, doctor, send, env],
}
for _panel, _commands in _PANELS.items():
    for _command in _commands:
        app.command(cls=Command, rich_help_panel=_panel)(_command)


def _version(wanted: bool) -> None:  # noqa: FBT001  Typer's callback of a flag
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  slow to import

        typer.echo(version("callfire-postbacks"))
        raise typer.Exit


@app.callback()
def postbacks(
    context: typer.Context,
    *,
    stack: Annotated[
        str | None,
        typer.Option(
            envvar="POSTBACKS_STACK",
            metavar="NAME",
            help=f"The stack's name on AWS, or {LOCAL}. By default: the local stack if it runs, "
            f"else that of samconfig.local.toml or samconfig.toml here, else {DEFAULT_NAME} on AWS.",
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The AWS region. By default: that of the same file, else that of your environment.",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The profile of your AWS configuration. By default: that of the same file."),
    ] = None,
    version: Annotated[  # noqa: ARG001  _version has it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Operate CallFire postbacks on AWS, with your own AWS credentials, or on the local stack.

    Data goes to stdout, everything else to stderr. Only create-url prints a postback URL.
    Every command also accepts --stack, --region and --profile after its name.
    """
    context.obj = Choice(stack or None, region or None, profile)


def run() -> None:
    """Run the command line."""
    escape_what_cannot_be_encoded()
    try:
        app()
    except CommandError as error:
        _fail(str(error))
    except (BotoCoreError, ClientError) as error:
        _fail(explain(error))


def _fail(reason: str) -> None:
    say(reason, style="red")
    sys.exit(1)
