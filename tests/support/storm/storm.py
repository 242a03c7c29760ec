"""A storm: many deliveries by several senders at once, while AWS calls fail and functions die."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random
from threading import Event, Thread, local
from typing import Final

import requests

from local.stack import Stack
from tests.support.storm.auditor import Sent
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.faults import Call, Fault
from tests.support.storm.observing import count_unpublished, parked, relay
from tests.support.storm.schedule import Delivery, deliveries, fault_periods
from tests.support.waiting import wait_until

SENDERS: Final = 8
RELAY_SECONDS: Final = 5
"""Seconds between runs of the relay besides its schedule, which is every minute, so that it meets more of the storm."""
QUIET_SECONDS: Final = 300
"""Seconds after which nothing is parked or unpublished, whatever the storm has left; much longer than needed."""


def run_storm(stack: Stack, proxy: FaultProxy, urls: Mapping[str, str], *, seed: int, number: int) -> list[Sent]:
    """Send deliveries to URLs, by subscription, while faults occur; then wait until nothing is left to process."""
    periods = fault_periods(seed, number)
    random = Random(seed)  # noqa: S311  to be repeated, not to be secret
    latest = 0

    def decide(call: Call) -> Fault | None:
        on = (period for period in periods[latest - 1] if period.is_about(call))
        return next((period.fault for period in on if random.random() < period.share), None)

    def deliver(numbered: tuple[int, Delivery]) -> Sent:
        nonlocal latest
        place, delivery = numbered
        latest = max(latest, place)
        answer = _session().post(urls[delivery.subscription], delivery.body, timeout=60)
        return Sent(delivery.nature, delivery.subject, delivery.body, answer.status_code, answer.json(), delivery.also)

    with proxy.deciding(decide), _relaying(stack), ThreadPoolExecutor(SENDERS) as senders:
        sent = list(senders.map(deliver, enumerate(deliveries(seed, number), 1)))
    wait_until(lambda: relay(stack) and not parked(stack) and not count_unpublished(stack), seconds=QUIET_SECONDS)
    return sent


@contextmanager
def _relaying(stack: Stack) -> Iterator[None]:
    over = Event()

    def run() -> None:
        while not over.wait(RELAY_SECONDS):
            stack.aws.functions.invoke(FunctionName=stack.outputs["RelayFunctionName"], InvocationType="Event")

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


_local: Final = local()


def _session() -> requests.Session:
    """Return the sender's own session, with its connection."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False  # no proxy of the user's
    session: requests.Session = _local.session
    return session
