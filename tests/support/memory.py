"""The memory of a warm function: each module that remembers something keeps it private."""

from collections.abc import Iterator
from contextlib import contextmanager

from callfire_postbacks.aws import circuit_breaker
from callfire_postbacks.subscriptions import parameters, postback_urls, signature


def forget() -> None:
    """Forget everything that a warm function has read or learned, as if it had just started."""
    postback_urls._records.clear()  # noqa: SLF001
    signature._remembered.clear()  # noqa: SLF001
    parameters._provider.cache_clear()  # noqa: SLF001
    circuit_breaker._open.clear()  # noqa: SLF001


@contextmanager
def another_function() -> Iterator[None]:
    """Act within the block as a function that knows no subscription yet; afterwards the first one's are back."""
    known = dict(postback_urls._records)  # noqa: SLF001
    postback_urls._records.clear()  # noqa: SLF001
    yield
    postback_urls._records.clear()  # noqa: SLF001
    postback_urls._records.update(known)  # noqa: SLF001
