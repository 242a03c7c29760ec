"""A circuit breaker: of a service that did not answer, a function asks only for one postback in ten, until it does.

Whoever waits counts as running, and an account has 1,000 that may run at once. A DynamoDB that takes calls and does not
answer them keeps each waiting for up to 5 s (see aws_clients), so that from some 200 postbacks a second on others
would be turned away and lost for as long as it lasts; now only in its first seconds, as `tests/support/outage.py`
simulates. A clock would not do instead: the circuits of all functions open together, so they would also try again
together.

So only where there is another way for a postback: it is parked where DynamoDB is not asked, and published by the relay
where SNS is not. The parked queue is the last resort, and is always asked.
"""

from random import SystemRandom
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError

if TYPE_CHECKING:
    from botocore.client import BaseClient

ASKED: Final = 0.1
"""The share of calls that a service gets which did not answer: they find out when it does."""

_random: Final = SystemRandom().random
_open: set[str] = set()
"""Services that did not answer."""


class OpenCircuitError(BotoCoreError):
    """The service did not answer before, and is not asked now."""

    fmt = "The service did not answer before, and is not asked now."


def protect(client: "BaseClient") -> None:
    """Have most calls of a client fail at once with OpenCircuitError, from one without an answer to one with."""
    service = client.meta.service_model.service_name

    def before_call(**_: object) -> None:
        if service in _open and _random() >= ASKED:
            raise OpenCircuitError

    def after_call(**_: object) -> None:
        _open.discard(service)

    def after_call_error(exception: Exception, **_: object) -> None:
        if isinstance(exception, (ConnectTimeoutError, ReadTimeoutError)):
            _open.add(service)

    client.meta.events.register("before-call", before_call)
    client.meta.events.register("after-call", after_call)
    client.meta.events.register("after-call-error", after_call_error)
