"""Check on AWS what a local stack cannot show.

    make check-aws STACK=name               reads, and posts to a URL that does not exist
    make check-aws STACK=name ARGS=--send   also posts samples to POSTBACKS_URL, and finds their events

Every consumer of the stack receives the samples' events.
"""

import sys
from collections.abc import Iterator
from typing import Annotated

import requests
import typer
from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.stack import NEVER_DEPLOYED, Stack
from postbacks_cli.checks.examine import examine
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError, explain
from tools.check_aws.reading import READING
from tools.check_aws.records import RECORDED
from tools.check_aws.sending import SENDING
from tools.check_aws.settings import SETTINGS


def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="STACK")],
    *,
    send: Annotated[bool, typer.Option(help="Post samples to POSTBACKS_URL as well.")] = False,
    region: Annotated[str | None, typer.Option(help="The AWS region, as for `postbacks`.")] = None,
    profile: Annotated[str | None, typer.Option(help="A profile of your AWS configuration.")] = None,
) -> None:
    """Check a stack on AWS, and end with 1 if a check fails."""
    context.obj = find_stack.Choice(name, region, profile)
    failed = False
    for finding in findings(find_stack.of(context), send=send):
        failed |= finding.level == "fail"
        print(f"{finding.level:9}{finding.subject:24}{finding.detail} {finding.remedy}".rstrip())
    raise typer.Exit(failed)


def findings(stack: Stack, *, send: bool) -> Iterator[Finding]:
    """Run the checks of `postbacks doctor`, then those of this program; a check that fails to run is unknown."""
    yield from examine(stack)
    own = {} if stack.description["StackStatus"] in NEVER_DEPLOYED else READING | SETTINGS | RECORDED
    for subject, look in (own | (SENDING if send and own else {})).items():
        try:
            yield from look(stack)
        except (BotoCoreError, ClientError) as error:
            yield Finding("unknown", subject, explain(error))
        except (requests.RequestException, CommandError) as error:
            # requests' message would quote the URL, which is a secret.
            yield Finding("fail", subject, str(error) if isinstance(error, CommandError) else type(error).__name__)


if __name__ == "__main__":
    try:
        typer.run(check)
    except (CommandError, BotoCoreError, ClientError) as error:
        sys.exit(explain(error) if not isinstance(error, CommandError) else str(error))
