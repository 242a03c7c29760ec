"""The console's live feed: a browser gets each event once, whenever it connects."""

import asyncio
import threading
from contextlib import aclosing

import pytest

from postbacks_cli.console.feed import KEPT, Feed
from postbacks_cli.events import stored_events
from postbacks_cli.queues.tail_queue import Arrival
from tests.support.aws.stubbed import stubbed_stack
from tests.support.building import call, element, normalize

SECONDS = 60


@pytest.fixture
def feed() -> Feed:
    """Return a feed that listens to nothing."""
    return Feed(stubbed_stack())


def arrive(feed: Feed, *callids: str, is_replay: bool = False) -> None:
    """Let calls arrive."""
    for callid in callids:
        feed.add(Arrival(normalize(call(element("callid", callid))), is_replay=is_replay))


async def take(feed: Feed, after: int, count: int) -> list[tuple[int, str]]:
    """Return numbers and call ids of the next events of a new stream."""
    taken: list[tuple[int, str]] = []
    async with asyncio.timeout(SECONDS), aclosing(feed.stream(after)) as stream:
        async for number, arrival in stream:
            taken.append((number, arrival.event["data"]["call_id"]))
            if len(taken) == count:
                break
    return taken


def test_events_between_page_and_stream_are_streamed(feed: Feed) -> None:
    """An event that arrives after the page was rendered and before the browser connects is streamed."""
    arrive(feed, "1", "2")
    [newest, *_] = feed.newest()
    arrive(feed, "3")
    assert asyncio.run(take(feed, newest.number, 1)) == [(3, "3")]


def test_reconnected_stream_continues(feed: Feed) -> None:
    """A stream that was interrupted continues after the last received event, in order, without a duplicate."""
    arrive(feed, "1")
    first = asyncio.run(take(feed, 0, 1))
    arrive(feed, "2", "3", "2")
    assert first + asyncio.run(take(feed, first[-1][0], 2)) == [(1, "1"), (2, "2"), (3, "3")]


def test_loaded_events_are_not_streamed(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events from the table are on the page, and only later arrivals are streamed."""
    stored = [normalize(call(element("callid", str(number)))) for number in range(3)]
    monkeypatch.setattr(stored_events, "newest", lambda *_: stored)
    arrive(feed, "2")
    feed.load_last_hour()
    assert len(feed.newest()) == 3
    arrive(feed, "3")
    assert asyncio.run(take(feed, 0, 2)) == [(1, "2"), (2, "3")]


def test_open_stream_gets_new_events(feed: Feed) -> None:
    """An open stream gets each event that arrives, and a replay again."""

    def let_arrive() -> None:
        arrive(feed, "1", "2")
        arrive(feed, "1", is_replay=True)

    async def watch() -> list[tuple[int, str]]:
        threading.Timer(0.05, let_arrive).start()
        return await take(feed, 0, 3)

    assert asyncio.run(watch()) == [(1, "1"), (2, "2"), (3, "1")]


def test_slow_browser_gets_the_kept_events(feed: Feed) -> None:
    """The feed keeps a fixed number of events, and streams the newest of them to a browser that was away longer."""
    arrive(feed, *map(str, range(KEPT + 2)))
    assert asyncio.run(take(feed, 1, 1)) == [(3, "2")]
    assert len(feed.newest()) == KEPT
