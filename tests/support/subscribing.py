"""Subscribe, and read the result."""

import time
from datetime import UTC, datetime

from callfire_postbacks.subscriptions import lifecycle, postback_urls
from callfire_postbacks.subscriptions.record import Record
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.fake_callfire import API_URL, Server
from tests.support.memory import another_function

CALLFINISH = "callfinish"


def subscribe(subscription: str = CALLFINISH) -> Record:
    """Subscribe, or rotate."""
    record, answer = lifecycle.subscribe(subscription, api_url=API_URL)
    assert answer == ("confirmed", "Saved")
    return record


def url_at(fake_callfire: Server, scope: str = CALLFINISH) -> str:
    """Return the URL that CallFire knows."""
    return fake_callfire.account.urls[scope]


def is_live(url: str, *, seconds_later: int = 0) -> bool:
    """Return whether a cold function would accept a postback through a URL."""
    _, _, subscription, token = url.removeprefix(API_URL).split("/")
    at = datetime.fromtimestamp(time.time() + seconds_later, UTC)
    with another_function():
        return postback_urls.is_live(subscription, hash_token(token), at=at)


def state_of(subscription: str = CALLFINISH) -> str:
    """Return the state in the subscription's record."""
    return lifecycle.get(subscription).state
