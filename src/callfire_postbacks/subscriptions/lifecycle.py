"""Subscribe, rotate and unsubscribe, in an order in which no postback is lost.

A rotation; a first subscription is the same without an old URL:

    0.0 s  the hash of the new URL's token is stored beside the old one
    1.0 s  from now on every warm function reads the record again for a token that it does not know
    1.0 s  CallFire receives the new URL
             it confirms           the old URL ends GRACE_SECONDS later, so that postbacks in transit still arrive
             it refuses            the new hash is withdrawn, and nothing has changed
             its answer is unclear both stay live, since CallFire may use either; the next rotation ends both
             the function crashes  as if the answer were unclear

Two concurrent rotations could leave CallFire with a URL that the other one ended, so only one runs at a time.
"""

import re
import secrets
import time
from http import HTTPStatus
from typing import Final

from callfire_postbacks.problem import ProblemError
from callfire_postbacks.subscriptions import generations, transitions
from callfire_postbacks.subscriptions.callfire_http import CallFireError, RefusedError, UnavailableError
from callfire_postbacks.subscriptions.generations import CallFireAnswer, is_v1_1
from callfire_postbacks.subscriptions.parameters import ParameterError
from callfire_postbacks.subscriptions.postback_urls import REREAD_SECONDS
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.table import change, read, read_all
from callfire_postbacks.subscriptions.transitions import BusyError
from callfire_postbacks.subscriptions.url_form import hash_token, is_name

SUBSCRIPTION: Final = re.compile(
    r"((callfinish|campaignfinish)(-[1-9][0-9]{0,19})?|v2"
    r"|v1\.1(-(in|out)bound-(call|text)-finished|-campaign-(started|stopped|finished))?)"
)
"""Valid names: cloud/1's own path with the campaign, API v2, or API 1.1, also with the trigger of a subscription.

The body of API 1.1's campaigns does not state the trigger, so the URL has to.
"""
_NAMES: Final = (
    "A subscription's name is callfinish, campaignfinish, v2 or v1.1. For one campaign, add its id without leading "
    "zeros to one of the first two: callfinish-22222. For one trigger, add it to the last: v1.1-campaign-started."
)


class BadNameError(ProblemError):
    """The name is not a valid subscription name."""

    status = HTTPStatus.BAD_REQUEST
    reason = "bad-name"


class UnknownSubscriptionError(ProblemError):
    """There is no such subscription, or it was unsubscribed long ago."""

    status = HTTPStatus.NOT_FOUND
    reason = "unknown-subscription"


def get(subscription: str) -> Record:
    """Return a subscription's record. Raises BadNameError, UnknownSubscriptionError."""
    if not is_name(subscription):
        raise BadNameError(_NAMES)
    record = read(subscription)
    if record is None:
        raise UnknownSubscriptionError(f"There is no subscription {subscription}.")
    return record


def get_all() -> list[Record]:
    """Return the records of all subscriptions, by name."""
    return sorted(read_all(), key=lambda record: record.subscription)


def subscribe(subscription: str, *, api_url: str) -> tuple[Record, CallFireAnswer]:
    """Make CallFire post to a new URL; if it has one already, rotate it.

    Raises BadNameError, BusyError, ParameterError, and CallFireError if CallFire does not confirm.
    """
    _require_name(subscription)
    if is_v1_1(subscription):
        raise BadNameError(
            f"The stack does not manage subscriptions of API 1.1: `create-url {subscription}` creates a URL to enter "
            "at CallFire by hand."
        )
    generations.require_key(subscription)  # without credentials, change nothing
    token = secrets.token_urlsafe(32)
    token_hash = hash_token(token)
    url = _url(api_url, subscription, token)
    change(subscription, lambda record: transitions.begin(record, token_hash))
    time.sleep(REREAD_SECONDS)
    try:
        detail = generations.set_callback(subscription, url, token_hash)
    except (RefusedError, UnavailableError, ParameterError):
        change(subscription, lambda record: transitions.withdraw(record, token_hash))
        raise
    except CallFireError:
        change(subscription, lambda record: transitions.leave_open(record, token_hash))
        raise
    record = change(subscription, lambda record: transitions.confirm(record, token_hash, api_url))
    if record.tokens.get(token_hash) != 0:
        raise BusyError(f"{subscription} was unsubscribed before CallFire answered, so the new URL is invalid.")
    return record, CallFireAnswer("confirmed", detail)


def create_url(subscription: str, *, api_url: str) -> tuple[Record, str]:
    """Create a URL to enter at CallFire by hand, and return it. It is shown only this once.

    It is valid until the subscription is unsubscribed. Rotations keep it, because it is unknown whether CallFire treats
    a URL entered by hand and a subscribed URL as the same. Raises BadNameError.
    """
    _require_name(subscription)
    token = secrets.token_urlsafe(32)
    record = change(subscription, lambda record: transitions.add_by_hand(record, hash_token(token)))
    time.sleep(REREAD_SECONDS)
    return record, _url(api_url, subscription, token)


def unsubscribe(subscription: str) -> tuple[Record, CallFireAnswer]:
    """End all URLs of a subscription, then ask CallFire to stop, and return its answer.

    All functions reject the URLs within TRUST_SECONDS of postback_urls.py, whatever CallFire answers. Raises
    BadNameError, UnknownSubscriptionError.
    """
    get(subscription)
    record = change(subscription, transitions.end)
    return record, generations.stop(subscription)


def _require_name(subscription: str) -> None:
    if not SUBSCRIPTION.fullmatch(subscription):
        raise BadNameError(_NAMES)


def _url(api_url: str, subscription: str, token: str) -> str:
    return f"{api_url}/postbacks/{subscription}/{token}"
