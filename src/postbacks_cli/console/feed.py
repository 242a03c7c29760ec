"""The live feed: events from the topic, kept for the pages and sent to every open browser."""

import asyncio
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from postbacks_cli import stored_events, tail_queue
from postbacks_cli.errors import CommandError, explain
from postbacks_cli.selection import Selection
from postbacks_cli.stack import Stack
from postbacks_cli.tail_queue import Arrival

KEPT: Final = 1_000
"""Events that the console keeps; the table contains all of them."""
HOUR: Final = timedelta(hours=1)
_RETRY_SECONDS: Final = 2


class Feed:
    """The newest events, which a separate thread receives from a queue that is subscribed to the topic."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._arrivals: deque[Arrival] = deque(maxlen=KEPT)
        self._listeners: set[Callable[[Arrival], None]] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.problem: str | None = None
        """Why no events arrive, for the user; None if they do."""

    def start(self) -> None:
        """Start listening to the topic."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and remove the queue."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def newest(self) -> list[Arrival]:
        """Return the kept events, newest first."""
        with self._lock:
            return list(self._arrivals)

    def load_last_hour(self) -> None:
        """Load the events of the last hour by scanning the whole table. Raises botocore's errors."""
        found = stored_events.newest(self._stack, Selection(received_since=datetime.now(UTC) - HOUR), KEPT)
        with self._lock:
            known = {arrival.event["id"] for arrival in self._arrivals}
            together = [
                *self._arrivals,
                *(Arrival(event, is_replay=False) for event in found if event["id"] not in known),
            ]
            newest_first = sorted(together, key=lambda one: one.event["recordedtime"], reverse=True)
            self._arrivals = deque(newest_first[:KEPT], maxlen=KEPT)

    def per_minute(self) -> list[int]:
        """Return the number of postbacks received in each of the last 60 minutes, oldest first."""
        now = datetime.now(UTC)
        times = {arrival.event["id"]: arrival.event["recordedtime"] for arrival in self.newest()}
        counts = Counter(int((now - datetime.fromisoformat(time)).total_seconds() // 60) for time in times.values())
        return [counts[minute] for minute in reversed(range(60))]

    async def stream(self) -> AsyncIterator[Arrival]:
        """Yield events as they arrive, until the caller stops."""
        loop, arrived = asyncio.get_running_loop(), asyncio.Queue[Arrival](KEPT)

        def put(arrival: Arrival) -> None:
            with suppress(asyncio.QueueFull):  # a browser that does not read misses events, and delays no other
                arrived.put_nowait(arrival)

        def listener(arrival: Arrival) -> None:
            loop.call_soon_threadsafe(put, arrival)

        self._listeners.add(listener)
        try:
            while True:
                yield await arrived.get()
        finally:
            self._listeners.discard(listener)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                if self._stack.endpoint_url:  # on AWS the table may be large, so only the user starts this
                    self.load_last_hour()
                with tail_queue.subscribed(self._stack, {}, purpose="console") as queue_url:
                    self.problem = None
                    while not self._stopped.is_set():
                        for arrival in tail_queue.receive(self._stack, queue_url):
                            self.add(arrival)
            except (BotoCoreError, ClientError) as error:
                self.problem = explain(error)
            except CommandError as error:
                self.problem = str(error)
            self._stopped.wait(_RETRY_SECONDS)

    def add(self, arrival: Arrival) -> None:
        """Keep an event, and send it to every open browser; an event published twice is sent once."""
        with self._lock:
            if not arrival.is_replay and any(arrival.event["id"] == one.event["id"] for one in self._arrivals):
                return
            self._arrivals.appendleft(arrival)
        for listener in list(self._listeners):
            with suppress(RuntimeError):  # the browser's event loop has ended
                listener(arrival)
