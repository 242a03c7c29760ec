"""The names of subscriptions to API v2 and 1.1."""

import pytest

from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.lifecycle import BadNameError
from tests.support.fake_callfire import API_URL, Server
from tests.support.subscribing import is_live


@pytest.mark.parametrize("name", ["v1.1", "v1.1-inbound-text-finished", "v1.1-campaign-stopped"])
def test_api_1_1_is_by_hand_alone(fake_callfire: Server, name: str) -> None:
    """A URL for API 1.1 is set up by hand; CallFire is called neither to subscribe nor to unsubscribe."""
    with pytest.raises(BadNameError, match=rf"`create-url {name}`"):
        lifecycle.subscribe(name, api_url=API_URL)
    record, url = lifecycle.create_url(name, api_url=API_URL)
    assert record.state == "by-hand"
    assert is_live(url)
    _, answer = lifecycle.unsubscribe(name)
    assert answer.outcome == "not-asked"
    assert not is_live(url, seconds_later=1)
    assert fake_callfire.account.received == []


@pytest.mark.parametrize(
    "name",
    [
        *("callfinish-0", "callfinish-00022222", "v3", "v1", "v1x1", "V2", "v2-1", "v2-inboundtext"),
        *("v1.1-", "v1.1-campaign", "v1.1-inbound-call", "v1.1-campaign-started-5"),
    ],
)
def test_bad_name(name: str) -> None:
    """A campaign id that begins with a zero and an unknown generation are invalid names."""
    with pytest.raises(BadNameError):
        lifecycle.subscribe(name, api_url=API_URL)
    with pytest.raises(BadNameError):
        lifecycle.create_url(name, api_url=API_URL)
