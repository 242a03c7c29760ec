"""Run all checks, in the order in which a postback passes the checked parts."""

from collections.abc import Callable, Iterator
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli.aws.stack import NEVER_DEPLOYED, Stack
from postbacks_cli.checks import functions, setup, subscriptions, traffic
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError, explain

_CHECKS: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "stack": setup.stack_status,
    "concurrency": functions.concurrency,
    "API key": setup.secrets,
    "API": setup.api_answers,
    "functions": functions.functions,
    "relay schedule": functions.relay_schedule,
    "parked to drain": functions.drain_mapping,
    "subscriptions": subscriptions.subscriptions,
    "unpublished": traffic.unpublished,
    "parked and rejected": traffic.parked_and_rejected,
    "alarms": traffic.alarms,
    "alarm recipients": traffic.alarm_recipients,
    "consumers": traffic.consumers,
}


def examine(stack: Stack) -> Iterator[Finding]:
    """Run all checks. A check that fails to run is a finding too, and does not stop the others.

    Of a stack whose first deployment failed, only its status can be checked.

    Raises:
        CommandError: There is no such stack, or it is that of another application.
    """
    if stack.description["StackStatus"] in NEVER_DEPLOYED:
        yield from setup.stack_status(stack)
        return
    stack.output("ApiUrl")
    for subject, check in _CHECKS.items():
        try:
            yield from check(stack)
        except CommandError as error:
            yield Finding("fail", subject, str(error))
        except (BotoCoreError, ClientError) as error:
            yield Finding("unknown", subject, explain(error))
