"""Subscribe to API v2, and read the result from the fake CallFire."""

from typing import Any, Final

import pytest

from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.callfire_http import CallFireError
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES
from tests.support.fake_callfire import API_URL, Server

V2: Final = "v2"


def webhooks(fake_callfire: Server) -> list[dict[str, Any]]:
    """Return all webhooks at CallFire, by id."""
    return [dict(fake_callfire.account.v2.known[number]) for number in sorted(fake_callfire.account.v2.known)]


def callbacks(fake_callfire: Server) -> set[str]:
    """Return the URLs to which CallFire posts."""
    return {webhook["callback"] for webhook in webhooks(fake_callfire)}


def subscribe() -> str:
    """Subscribe or rotate, and return the result."""
    _, answer = lifecycle.subscribe(V2, api_url=API_URL)
    assert answer.outcome == "confirmed"
    return answer.detail


def subscribe_until_done(attempts: int = 3) -> int:
    """Repeat subscribing until it is confirmed, and return the number of failures."""
    for failed in range(attempts):
        try:
            subscribe()
        except CallFireError:
            continue
        return failed
    pytest.fail("It is never confirmed.")


def is_complete(fake_callfire: Server) -> bool:
    """Return whether there is one webhook for each resource, all with one URL and one secret."""
    known = webhooks(fake_callfire)
    one_for_each = sorted(webhook["resource"] for webhook in known) == sorted(RESOURCES)
    return one_for_each and len({(webhook["callback"], webhook["secret"]) for webhook in known}) == 1
