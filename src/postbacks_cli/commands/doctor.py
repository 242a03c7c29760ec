"""`postbacks doctor`: whether all is well, and what to do where it is not."""

from collections.abc import Callable, Iterator
from typing import Annotated, Final

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.text import Text

from postbacks_cli import find_stack
from postbacks_cli.checks import setup, traffic
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.output import emit_json, printable, stdout
from postbacks_cli.stack import NEVER_DEPLOYED, Stack

_CHECKS: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "stack": setup.stack_status,
    "concurrency": setup.concurrency,
    "API key": setup.secrets,
    "API": setup.api_answers,
    "functions": setup.functions,
    "relay schedule": setup.relay_schedule,
    "parked to drain": setup.drain_mapping,
    "subscriptions": traffic.subscriptions,
    "unpublished": traffic.unpublished,
    "parked and rejected": traffic.parked_and_rejected,
    "alarms": traffic.alarms,
    "who hears alarms": traffic.who_hears_alarms,
    "consumers": traffic.consumers,
}
_STYLES: Final = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "magenta"}


def doctor(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, one for each finding.")] = False,
) -> None:
    """Look at everything that has to be right for postbacks to come in and events to go out.

    Says what to do where something is not. Ends with 1 where anything fails; a warning fails nothing. What you may not
    look at is unknown. Changes nothing.
    """
    stack = find_stack.of(context)
    found = examine(stack)
    if stack.description["StackStatus"] in NEVER_DEPLOYED:  # there is nothing else to look at
        found = setup.stack_status(stack)
    else:
        stack.output("ApiUrl")  # nor where the stack is another application's
    failed = False
    for finding in found:
        failed |= finding.level == "fail"
        if as_json:
            emit_json({name: value for name, value in finding._asdict().items() if value})
        else:
            _print(finding)
    if failed:
        raise typer.Exit(1)


def examine(stack: Stack) -> Iterator[Finding]:
    """Make all checks. One that cannot be made is a finding too, and keeps no other from being made."""
    for subject, check in _CHECKS.items():
        try:
            yield from check(stack)
        except CommandError as error:
            yield Finding("fail", subject, str(error))
        except (BotoCoreError, ClientError) as error:
            yield Finding("unknown", subject, explain(error))


def _print(finding: Finding) -> None:
    line = Text.assemble(
        (f"{finding.level:9}", _STYLES[finding.level]), (f"{finding.subject:24}", "bold"), printable(finding.detail)
    )
    stdout.print(line)
    if finding.remedy:
        stdout.print(Text(f"{'':9}→ {printable(finding.remedy)}"))
