"""The subscriptions that a stack's template declares: making them so, in a way that can be repeated and rolled back.

CloudFormation rolls a failed update back by asking for the former set again, perhaps while CallFire is still down.
So first all that is wanted is subscribed, skipping what is subscribed already, and only when nothing failed is what is
no longer wanted unsubscribed: the way back never needs a yes of CallFire.
"""

import time
from collections.abc import Set as AbstractSet
from typing import Final

from callfire_postbacks.observability import describe, logger
from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.problem import ProblemError
from callfire_postbacks.subscriptions.table import read

STEP_SECONDS: Final = 90
"""The longest that one subscription takes, whatever hangs: DynamoDB and SSM 6 x 7, waiting 1, CallFire with an old and
a new key 2 x 24 (see aws/clients.py, callfire_cloud1.py)."""


class DeclarationError(Exception):
    """Not all could be subscribed. The message says what, and why."""


def declare(wanted: AbstractSet[str], formerly: AbstractSet[str], *, api_url: str, deadline: float) -> None:
    """Subscribe what is wanted, then unsubscribe what was before and is no longer.

    Raises DeclarationError before `deadline` (of time.monotonic) where CallFire did not say yes to all; then nothing
    has been unsubscribed.
    """
    problems = []
    for subscription in sorted(wanted):
        if time.monotonic() > deadline - STEP_SECONDS:
            problems.append(f"{subscription}: no time was left")
            continue
        try:
            if not _is_subscribed(subscription, api_url):
                lifecycle.subscribe(subscription, api_url=api_url)
        except ProblemError as error:
            problems.append(f"{subscription}: {error}")
    if problems:
        raise DeclarationError("; ".join(problems))
    revoke(formerly - wanted, deadline=deadline)


def revoke(unwanted: AbstractSet[str], *, deadline: float) -> None:
    """Unsubscribe as many as there is time for. Never raises: whatever fails, the stack goes on without them."""
    for subscription in sorted(unwanted):
        if time.monotonic() > deadline - STEP_SECONDS:
            logger.error("No time was left to unsubscribe", extra={"subscription": subscription})
            continue
        try:
            _, answer = lifecycle.unsubscribe(subscription)
            logger.info("Unsubscribed", extra={"subscription": subscription, "callfire": answer.outcome})
        except Exception as error:  # noqa: BLE001  the table may be gone already
            logger.warning("Not unsubscribed", extra={"subscription": subscription, **describe(error)})


def _is_subscribed(subscription: str, api_url: str) -> bool:
    record = read(subscription)
    return record is not None and record.state == "subscribed" and record.api_url == api_url
