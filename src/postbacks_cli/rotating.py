"""Rotate the URL of a subscription."""

from typing import Any

from postbacks_cli.aws.invocation import SUBSCRIPTIONS, ProblemError, invoke
from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError


def rotate(stack: Stack, name: str) -> dict[str, Any]:
    """Replace the URL of a subscription, and return the function's answer.

    Raises:
        CommandError: It is not subscribed, for example because another operator has ended it.
    """
    try:
        state = invoke(stack, SUBSCRIPTIONS, {"action": "show", "subscription": name})["state"]
    except ProblemError as problem:
        if problem.kind != "unknown-subscription":
            raise
        state = "unsubscribed"
    if state == "by-hand":
        raise CommandError(f"{name} has only URLs made by hand. Run `postbacks create-url {name}` to make another one.")
    if state not in ("subscribed", "unconfirmed"):
        raise CommandError(f"{name} is not subscribed. Run `postbacks subscribe {name}`.")
    return invoke(stack, SUBSCRIPTIONS, {"action": "subscribe", "subscription": name})
