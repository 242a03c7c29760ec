"""`postbacks create-url`: create a postback URL to enter at CallFire by hand."""

from typing import Annotated, Final

import typer

from postbacks_cli.aws import find_stack
from postbacks_cli.aws.invocation import SUBSCRIPTIONS, invoke
from postbacks_cli.terminal.output import emit, say

_ACCOUNT_SETTINGS: Final = "Enter it on CallFire's Account Settings page."
_WHERE: Final = {
    "v1.1": "Enter it as the endpoint of a subscription that you make with API 1.1.",
    "v2": "Enter it as the callback of each webhook that you make yourself; it need not be signed.",
}
"""Where to enter a URL made by hand, by the first part of its name, if not in the account's settings."""

NameByHand = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="v2 for API v2. For cloud/1: callfinish or campaignfinish; with -22222, for campaign 22222 alone. For API "
        "1.1: v1.1; for its campaigns add the trigger, as in v1.1-campaign-started: the body does not state it.",
    ),
]


def create_url(context: typer.Context, name: NameByHand) -> None:
    """Create a URL to enter at CallFire by hand, and print it once. The command does not call CallFire.

    Anyone with the URL can post. It is valid until the subscription is unsubscribed; rotations do not end it.

    Example: `postbacks create-url callfinish`

    Example: `postbacks create-url v1.1-campaign-started`
    """
    answer = invoke(find_stack.of(context), SUBSCRIPTIONS, {"action": "create-url", "subscription": name})
    emit(answer["postback_url"])
    say(f"This URL is a secret, and is not shown again. {_WHERE.get(name.partition('-')[0], _ACCOUNT_SETTINGS)}")
