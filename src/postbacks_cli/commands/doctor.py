"""`postbacks doctor`: check everything, and say how to fix problems."""

from typing import Annotated, Final

import typer
from rich.text import Text

from postbacks_cli.aws import find_stack
from postbacks_cli.checks.examine import examine
from postbacks_cli.checks.findings import Finding
from postbacks_cli.terminal.output import emit_json, printable, stdout

_STYLES: Final = {"ok": "green", "warn": "yellow", "fail": "bold red", "unknown": "magenta"}


def doctor(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines, one for each finding.")] = False,
) -> None:
    """Check the stack from CallFire to the consumers, and give a remedy for each problem.

    The command changes nothing. It ends with 1 if a check fails; warnings do not count. A check for which you have no
    permission is unknown.

    Example: `postbacks doctor --json`
    """
    failed = False
    for finding in examine(find_stack.of(context)):
        failed |= finding.level == "fail"
        if as_json:
            emit_json({name: value for name, value in finding._asdict().items() if value})
        else:
            _print(finding)
    if failed:
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    line = Text.assemble(
        (f"{finding.level:9}", _STYLES[finding.level]), (f"{finding.subject:24}", "bold"), printable(finding.detail)
    )
    stdout.print(line)
    if finding.remedy:
        stdout.print(Text(f"{'':9}→ {printable(finding.remedy)}"))
