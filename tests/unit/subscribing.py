"""Subscribing, and what it comes to."""

import time
from datetime import UTC, datetime

from callfire_postbacks import subscription_registry, subscriptions
from callfire_postbacks.subscription_registry import hash_token
from callfire_postbacks.subscription_state import Record
from tests.unit.twin import API_URL, Server

CALLFINISH = "callfinish"


def subscribe(subscription: str = CALLFINISH) -> Record:
    """Subscribe, or rotate."""
    record, said = subscriptions.subscribe(subscription, api_url=API_URL)
    assert said == ("confirmed", "Saved")
    return record


def url_at(twin: Server, scope: str = CALLFINISH) -> str:
    """The URL that CallFire knows."""
    return twin.account.urls[scope]


def is_live(url: str, *, seconds_later: int = 0) -> bool:
    """Whether a postback through a URL would come in, at a function that has just started."""
    subscription_registry._records.clear()  # noqa: SLF001  as said
    _, _, subscription, token = url.removeprefix(API_URL).split("/")
    at = datetime.fromtimestamp(time.time() + seconds_later, UTC)
    return subscription_registry.is_live(subscription, hash_token(token), at=at)


def state_of(subscription: str = CALLFINISH) -> str:
    """What the record says."""
    return subscriptions.get(subscription).state
