"""The live feed: events from the topic, kept for the pages and sent to every open browser.

Each event gets a number when it arrives. A page contains the number of its newest event, and its browser requests the
events after that one. So a browser misses no event while it loads the page or reconnects, and gets none twice.
"""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.events import stored_events
from postbacks_cli.events.selection import Selection
from postbacks_cli.queues import tail_queue
from postbacks_cli.queues.tail_queue import Arrival

KEPT: Final = 1_000
"""Events that the console keeps; the table contains all of them."""
HOUR: Final = timedelta(hours=1)
_RETRY_SECONDS: Final = 2
_START_SECONDS: Final = 3


class Kept(NamedTuple):
    """An event that the console keeps."""

    number: int
    """Counts arrivals from 1; 0 if the event was loaded from the table."""
    arrival: Arrival


_number_of: Final = attrgetter("number")


class Feed:
    """The newest events, which a separate thread receives from a queue that is subscribed to the topic."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._kept: deque[Kept] = deque(maxlen=KEPT)
        self._arrived = 0
        self._listeners: set[Callable[[], object]] = set()
        self._lock = threading.Lock()
        self._started = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.problem: str | None = None
        """Why no events arrive, for the user; None if they do."""

    def start(self) -> None:
        """Start listening to the topic, and wait until it listens or cannot."""
        self._thread.start()
        self._started.wait(_START_SECONDS)

    def stop(self) -> None:
        """Stop listening, and remove the queue."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def newest(self) -> list[Kept]:
        """Return the kept events, newest first."""
        with self._lock:
            return list(self._kept)

    def load_last_hour(self) -> None:
        """Load the events of the last hour by scanning the whole table. Raises botocore's errors."""
        found = stored_events.newest(self._stack, Selection(received_since=datetime.now(UTC) - HOUR), KEPT)
        with self._lock:
            known = {kept.arrival.event["id"] for kept in self._kept}
            loaded = [Kept(0, Arrival(event, is_replay=False)) for event in found if event["id"] not in known]
            together = [*self._kept, *loaded]
            newest_first = sorted(together, key=lambda kept: kept.arrival.event["recordedtime"], reverse=True)
            self._kept = deque(newest_first[:KEPT], maxlen=KEPT)

    def per_minute(self) -> list[int]:
        """Return the number of postbacks received in each of the last 60 minutes, oldest first."""
        now = datetime.now(UTC)
        times = {event["id"]: event["recordedtime"] for _, (event, _) in self.newest()}
        counts = Counter(int((now - datetime.fromisoformat(time)).total_seconds() // 60) for time in times.values())
        return [counts[minute] for minute in reversed(range(60))]

    async def stream(self, after: int) -> AsyncGenerator[Kept, None]:
        """Yield the kept events that arrived after a number, and then new ones, until the caller stops.

        A caller that falls behind by more than the kept events misses the oldest of them; it delays no other caller.
        """
        loop, woken = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the browser's event loop has ended
                loop.call_soon_threadsafe(woken.set)

        self._listeners.add(wake)
        try:
            while True:
                woken.clear()  # before reading, so that an event that arrives meanwhile is not missed
                for kept in sorted((kept for kept in self.newest() if kept.number > after), key=_number_of):
                    after = kept.number
                    yield kept
                await woken.wait()
        finally:
            self._listeners.discard(wake)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with tail_queue.subscribed(self._stack, {}, purpose="console") as queue_url:
                    if self._stack.endpoint_url:  # on AWS the table may be large, so only the user starts this
                        self.load_last_hour()
                    self.problem = None
                    self._started.set()
                    while not self._stopped.is_set():
                        for arrival in tail_queue.receive(self._stack, queue_url):
                            self.add(arrival)
            except (BotoCoreError, ClientError) as error:
                self.problem = explain(error)
            except CommandError as error:
                self.problem = str(error)
            self._started.set()
            self._stopped.wait(_RETRY_SECONDS)

    def add(self, arrival: Arrival) -> None:
        """Keep an event, and send it to every open browser; an event published twice is sent once."""
        with self._lock:
            is_known = any(arrival.event["id"] == kept.arrival.event["id"] for kept in self._kept)
            if is_known and not arrival.is_replay:
                return
            self._arrived += 1
            self._kept.appendleft(Kept(self._arrived, arrival))
        for wake in list(self._listeners):
            wake()
