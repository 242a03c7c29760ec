"""Which postback URLs are live, and how long a warm function trusts a lookup."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.subscriptions import postback_urls
from callfire_postbacks.subscriptions.postback_urls import REREAD_SECONDS, TRUST_SECONDS, is_live
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.aws.faults import answering, refusal
from tests.support.building import TOKEN
from tests.support.contents import subscribe, subscriptions
from tests.support.memory import another_function

pytestmark = pytest.mark.usefixtures("aws")

OTHER_TOKEN = "o" * 43
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock for a warm function."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def time(self) -> float:
        """Return the current time of this clock."""
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the registry's clock by one that stands still until the test moves it."""
    clock = Clock()
    monkeypatch.setattr(postback_urls, "time", SimpleNamespace(time=clock.time))
    return clock


def live(token: str = TOKEN, *, subscription: str = "callfinish", at: datetime = NOW) -> bool:
    """Return whether a URL is live for a postback that arrived at a time."""
    return is_live(subscription, hash_token(token), at=at)


def test_live_url() -> None:
    """Only a token on record is live, and only for its own subscription."""
    subscribe()
    assert live()
    assert not live(OTHER_TOKEN)
    assert not live(subscription="campaignfinish")


def test_unknown_subscription_has_no_live_url(aws_calls: list[str]) -> None:
    """An unknown subscription has no live URL, and looking it up creates no record."""
    assert not live()
    assert aws_calls == ["dynamodb.UpdateItem"]
    subscribe()
    assert live(subscription="callfinish") is False  # still remembered, for REREAD_SECONDS


def test_expired_token_is_valid_for_earlier_postbacks() -> None:
    """A token that expires at a time stays valid for postbacks that arrived before, whenever it is checked."""
    subscribe(until=int(NOW.timestamp()))
    assert live(at=NOW - timedelta(days=1))
    assert live(at=NOW)
    assert not live(at=NOW + timedelta(milliseconds=1))
    assert live(at=NOW)


def test_warm_function_looks_up_once_in_ten_seconds(aws_calls: list[str], clock: Clock) -> None:
    """A thousand postbacks through a live URL cost one lookup; the next lookup comes after TRUST_SECONDS."""
    subscribe()
    aws_calls.clear()
    for _ in range(1_000):
        assert live()
    assert len(aws_calls) == 1
    clock.seconds += TRUST_SECONDS
    assert live()
    assert len(aws_calls) == 1
    clock.seconds += 0.001
    assert live()
    assert len(aws_calls) == 2


def test_new_token_is_accepted_when_callfire_learns_of_it(clock: Clock) -> None:
    """A token that is stored while a warm function remembers the old record is accepted after REREAD_SECONDS."""
    subscribe(token=OTHER_TOKEN)
    assert not live()  # 0.0 s  a guess arrives: the record is read and remembered
    clock.seconds += 0.1
    subscribe()  # 0.1 s  the hash of the new token is stored
    clock.seconds += 0.1
    assert not live()  # 0.2 s  unknown, by the record read at 0.0 s
    clock.seconds += REREAD_SECONDS
    assert live()  # 1.2 s  read again


def test_guesses_cost_one_lookup_a_second(aws_calls: list[str], clock: Clock) -> None:
    """Any number of guessed tokens costs one lookup a second per subscription, and its live URL stays live."""
    subscribe()
    aws_calls.clear()
    for tenth in range(100):
        clock.seconds = 1_000 + tenth / 10
        for guess in range(20):
            assert not live(f"{tenth:03}{guess:040}")
        assert live()
    assert len(aws_calls) <= 10 / REREAD_SECONDS + 1


def test_guesses_do_not_renew_trust(clock: Clock) -> None:
    """A revoked URL stops working within TRUST_SECONDS, even if other tokens are tried all the time."""
    subscribe()
    assert live()
    subscribe(token=OTHER_TOKEN)  # the record now holds only another token
    for _ in range(int(TRUST_SECONDS / REREAD_SECONDS) + 1):
        clock.seconds += REREAD_SECONDS
        live("g" * 43)
    assert not live()


def test_revoked_url_is_dead_within_ten_seconds(clock: Clock) -> None:
    """An accepted URL stays accepted for at most TRUST_SECONDS after it is revoked."""
    subscribe()
    assert live()
    subscribe(token=OTHER_TOKEN)
    clock.seconds += TRUST_SECONDS
    assert live()
    clock.seconds += 0.001
    assert not live()


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry forgets unknown subscriptions, so that its memory is bounded."""
    monkeypatch.setattr(postback_urls, "_MAX_REMEMBERED", 10)
    for campaign in range(25):
        live(subscription=f"callfinish-{campaign}")
        assert len(postback_urls.remembered) <= 10


def test_failed_lookup_is_not_remembered() -> None:
    """If DynamoDB does not answer, the URL is neither live nor unknown, and the next request asks again."""
    subscribe()
    with answering("dynamodb.UpdateItem", refusal("AccessDeniedException")), pytest.raises(ClientError):
        live()
    assert live()


def test_last_postback_is_on_record() -> None:
    """A lookup of a valid token records the time of the last postback, and only moves it forward."""
    subscribe()
    assert live(at=NOW)
    assert _last_postback() == "2026-01-01T00:00:00.000Z"
    with another_function():
        assert live(at=NOW - timedelta(hours=1))
        assert not live(OTHER_TOKEN, at=NOW + timedelta(hours=1))
    assert _last_postback() == "2026-01-01T00:00:00.000Z"


def _last_postback() -> str:
    [item] = subscriptions()
    return str(item["last_postback_at"]["S"])


def test_clock_that_was_set_back(clock: Clock, aws_calls: list[str]) -> None:
    """A record read at a time later than the clock's is read again, so that a revoked URL does not live longer."""
    subscribe()
    assert live()
    subscribe(until=1)
    clock.seconds -= 3_600
    assert not live()
    assert aws_calls.count("dynamodb.UpdateItem") == 2
