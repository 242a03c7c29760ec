"""Run all checks, in the order in which a postback passes the checked parts."""

from collections.abc import Callable, Iterator
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli.checks import setup, traffic
from postbacks_cli.checks.findings import Finding
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.stack import Stack

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
    "who hears alarms": traffic.alarm_recipients,
    "consumers": traffic.consumers,
}


def examine(stack: Stack) -> Iterator[Finding]:
    """Run all checks. A check that fails to run is a finding too, and does not stop the others."""
    for subject, check in _CHECKS.items():
        try:
            yield from check(stack)
        except CommandError as error:
            yield Finding("fail", subject, str(error))
        except (BotoCoreError, ClientError) as error:
            yield Finding("unknown", subject, explain(error))
