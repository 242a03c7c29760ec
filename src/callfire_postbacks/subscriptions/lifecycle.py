"""Subscribing, rotating and unsubscribing: the order of things, in which no postback is lost.

A rotation; subscribing for the first time is the same without an old URL:

    0.0 s  the hash of the new URL's token is on record beside the old one
    1.0 s  by now every warm function reads the record again for a token that it does not know
    1.0 s  CallFire is told the new URL
             it says yes           the old URL ends GRACE_SECONDS later: what is on its way still comes in
             it says no            the new hash is withdrawn, and nothing has changed
             it does not say       both stay live, since it may have either; the next rotation ends both
             we die                as if it did not say

Two rotations at once could leave CallFire with the URL that the other one ended, so only one at a time is at it.
"""

import secrets
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal, NamedTuple

from callfire_postbacks import settings
from callfire_postbacks.subscriptions import callfire_cloud1
from callfire_postbacks.subscriptions.parameters import ParameterError, api_key
from callfire_postbacks.subscriptions.postback_urls import REREAD_SECONDS, SUBSCRIPTION, hash_token
from callfire_postbacks.subscriptions.problem import ProblemError
from callfire_postbacks.subscriptions.record import (
    BusyError,
    Record,
    add_by_hand,
    begin,
    confirm,
    end,
    leave_open,
    withdraw,
)
from callfire_postbacks.subscriptions.table import change, read, read_all


class BadNameError(ProblemError):
    """The name is not one that a subscription can have."""

    status = HTTPStatus.BAD_REQUEST
    reason = "bad-name"


class UnknownSubscriptionError(ProblemError):
    """There is no such subscription, or it was unsubscribed long ago."""

    status = HTTPStatus.NOT_FOUND
    reason = "unknown-subscription"


class CallFireAnswer(NamedTuple):
    """CallFire's answer to a management call."""

    outcome: callfire_cloud1.AnswerOutcome | Literal["confirmed", "not-asked"]
    detail: str


def get(subscription: str) -> Record:
    """Return a subscription's record. Raises BadNameError, UnknownSubscriptionError."""
    _check(subscription)
    record = read(subscription)
    if record is None:
        raise UnknownSubscriptionError(f"There is no subscription {subscription}.")
    return record


def get_all() -> list[Record]:
    """Return the records of all subscriptions, by name."""
    return sorted(read_all(), key=lambda record: record.subscription)


def subscribe(subscription: str, *, api_url: str) -> tuple[Record, CallFireAnswer]:
    """Have CallFire post to a new URL; where it has one already, rotate it.

    Raises BadNameError, BusyError, ParameterError, and CallFireError where CallFire did not say yes.
    """
    _check_new(subscription)
    api_key()  # without one, nothing is begun
    token = secrets.token_urlsafe(32)
    token_hash = hash_token(token)
    url = _url(api_url, subscription, token)
    change(subscription, lambda record: begin(record, token_hash))
    time.sleep(REREAD_SECONDS)
    try:
        words = _ask(lambda key: callfire_cloud1.set_callback(subscription, url, api_key=key))
    except callfire_cloud1.UncertainError:
        change(subscription, lambda record: leave_open(record, token_hash))
        raise
    except (callfire_cloud1.CallFireError, ParameterError):
        change(subscription, lambda record: withdraw(record, token_hash))
        raise
    record = change(subscription, lambda record: confirm(record, token_hash, api_url))
    if record.tokens.get(token_hash) != 0:
        raise BusyError(f"{subscription} was unsubscribed while CallFire was being told, so the new URL is dead.")
    return record, CallFireAnswer("confirmed", words)


def create_url(subscription: str, *, api_url: str) -> tuple[Record, str]:
    """Make a URL for somebody to enter at CallFire by hand, and return it, this once.

    It lives until the subscription is unsubscribed. Rotations leave it alone, since whether what is entered by hand
    and what is subscribed are one to CallFire is unknown. Raises BadNameError.
    """
    _check_new(subscription)
    token = secrets.token_urlsafe(32)
    record = change(subscription, lambda record: add_by_hand(record, hash_token(token)))
    time.sleep(REREAD_SECONDS)
    return record, _url(api_url, subscription, token)


def unsubscribe(subscription: str) -> tuple[Record, CallFireAnswer]:
    """End all URLs of a subscription, then ask CallFire to stop, and return what it said.

    The URLs are dead everywhere within the registry's TRUST_SECONDS, whatever CallFire says. Raises BadNameError,
    UnknownSubscriptionError.
    """
    get(subscription)
    record = change(subscription, end)
    if settings.subscriptions().unsubscribe_by == "none":
        return record, CallFireAnswer("not-asked", "The stack's parameters say not to ask CallFire.")
    try:
        return record, CallFireAnswer("confirmed", _ask(lambda key: _ask_to_stop(subscription, key)))
    except ParameterError as error:
        return record, CallFireAnswer("not-asked", str(error))
    except callfire_cloud1.CallFireError as error:
        return record, CallFireAnswer(error.outcome, str(error))


def _check(subscription: str) -> None:
    if not SUBSCRIPTION.fullmatch(subscription):
        raise BadNameError("A subscription is called callfinish or campaignfinish, or that and -, and a campaign's id.")


def _check_new(subscription: str) -> None:
    _check(subscription)
    if "-0" in subscription:  # one that exists can still be unsubscribed
        raise BadNameError("A campaign's id does not begin with a zero.")


def _url(api_url: str, subscription: str, token: str) -> str:
    return f"{api_url}/postbacks/{subscription}/{token}"


def _ask_to_stop(subscription: str, key: str) -> str:
    if settings.subscriptions().unsubscribe_by == "delete":
        return callfire_cloud1.delete_callback(subscription, api_key=key)
    return callfire_cloud1.set_callback(subscription, "", api_key=key)


def _ask(request: Callable[[str], str]) -> str:
    """Ask CallFire with the remembered key and, where it refuses, with a newer one if there is one."""
    key = api_key()
    try:
        return request(key)
    except callfire_cloud1.RefusedError:
        fresh = api_key(fresh=True)
        if fresh == key:
            raise
    return request(fresh)
