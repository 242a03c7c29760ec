"""The subscriptions in a stack's `Subscriptions` parameter: apply them in a way that can be repeated and rolled back.

CloudFormation rolls a failed update back by requesting the former list again, perhaps while CallFire is still down. So
all wanted subscriptions are subscribed first, except existing ones. Only if none failed, the others are unsubscribed.
So a rollback never depends on CallFire's confirmation.

An empty list leaves everything unchanged, because a plain `sam deploy` sends one if the list was given elsewhere
before. So the table records the declared subscriptions, for the next list or the deletion of the stack.
"""

import time
from collections.abc import Set as AbstractSet
from typing import Final

from callfire_postbacks.observability import describe, logger
from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions import lifecycle, transitions
from callfire_postbacks.subscriptions.table import change, read, read_all

NONE: Final = "none"
"""The list that unsubscribes everything that was declared."""

STEP_SECONDS: Final = 125
"""The longest time for one subscription, whatever hangs: DynamoDB and SSM 6 x 7, waiting 1, CallFire with an old and a
new key 2 x 24 (see aws/clients.py, callfire_cloud1.py); for v2 SSM 4 x 7 more, and CallFire 2 x 25.
"""


class DeclarationError(Exception):
    """Not all could be subscribed. The message says which, and why."""


def declare(wanted: AbstractSet[str], formerly: AbstractSet[str], *, api_url: str, deadline: float) -> None:
    """Subscribe the wanted subscriptions, then unsubscribe declared ones that are no longer wanted.

    Raises:
        DeclarationError: CallFire did not confirm all of them before `deadline` (of time.monotonic). Then nothing has
            been unsubscribed.
    """
    if NONE in wanted:
        if wanted != {NONE}:
            raise DeclarationError(f"{NONE} cannot be combined with names of subscriptions.")
        revoke(formerly, deadline=deadline)
        return
    if not wanted:
        _remember(formerly)
        return
    problems = []
    for subscription in sorted(wanted):
        if time.monotonic() > deadline - STEP_SECONDS:
            problems.append(f"{subscription}: no time was left")
            continue
        try:
            if not _is_subscribed(subscription, api_url):
                lifecycle.subscribe(subscription, api_url=api_url)
            change(subscription, transitions.declare)
        except ProblemError as error:
            problems.append(f"{subscription}: {error}")
    if problems:
        raise DeclarationError("; ".join(problems))
    revoke(formerly, kept=wanted, deadline=deadline)


def revoke(formerly: AbstractSet[str], *, kept: AbstractSet[str] = frozenset(), deadline: float) -> None:
    """Unsubscribe declared subscriptions except those in `kept`, as far as time allows.

    Never raises: the stack's deployment or deletion continues whatever fails.
    """
    for subscription in sorted((formerly | _on_record()) - kept - {NONE}):
        if time.monotonic() > deadline - STEP_SECONDS:
            logger.error("No time was left to unsubscribe", extra={"subscription": subscription})
            continue
        try:
            _, answer = lifecycle.unsubscribe(subscription)
            logger.info("Unsubscribed", extra={"subscription": subscription, "callfire": answer.outcome})
        except Exception as error:  # noqa: BLE001  the table may be deleted already
            logger.warning("Not unsubscribed", extra={"subscription": subscription, **describe(error)})


def _remember(subscriptions: AbstractSet[str]) -> None:
    """Record as declared the names of a list that failed: the deletion of the stack has to unsubscribe them too.

    Never raises, because a rollback to an empty list must not fail.
    """
    for subscription in subscriptions - {NONE}:
        try:
            if read(subscription):
                change(subscription, transitions.declare)
        except Exception as error:  # noqa: BLE001  the list stays as it is either way
            logger.warning("Not recorded as declared", extra={"subscription": subscription, **describe(error)})


def _on_record() -> set[str]:
    """Return the subscriptions that any earlier list declared."""
    try:
        return {record.subscription for record in read_all() if record.declared_at}
    except Exception as error:  # noqa: BLE001  the table may be deleted already
        logger.warning("Declared subscriptions cannot be listed", extra=describe(error))
        return set()


def _is_subscribed(subscription: str, api_url: str) -> bool:
    record = read(subscription)
    return record is not None and record.state == "subscribed" and record.api_url == api_url
