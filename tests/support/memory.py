"""The memory of a warm function."""

from collections.abc import Iterator
from contextlib import contextmanager

from callfire_postbacks.aws import circuit_breaker
from callfire_postbacks.subscriptions import parameters, postback_urls, signature


def forget() -> None:
    """Forget everything that a warm function has read or learned, as if it had just started."""
    postback_urls.remembered.clear()
    signature.remembered.clear()
    parameters.provider().store.clear()
    circuit_breaker.open_circuits.clear()


@contextmanager
def another_function() -> Iterator[None]:
    """Act within the block as a function that knows no subscription yet; afterwards the first one's are back."""
    known = dict(postback_urls.remembered)
    postback_urls.remembered.clear()
    yield
    postback_urls.remembered.clear()
    postback_urls.remembered.update(known)
