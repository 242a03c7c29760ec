"""A circuit breaker: a service that did not answer is left alone for a moment.

Whoever waits counts as running, and an account has 1,000 that may run at once:

    DynamoDB hangs, 200 postbacks a second, each waits 7 s for it      1,400 run at once: some are turned away, and lost
    the same, but asked again only OPEN_SECONDS after it did not answer     20: the others are parked without waiting

So only where there is another way for a postback: it is parked where DynamoDB is left alone, and published by the
relay where SNS is. The parked queue is the last resort, and is always asked.
"""

import time
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError

if TYPE_CHECKING:
    from botocore.client import BaseClient

OPEN_SECONDS: Final = 2


class OpenCircuitError(BotoCoreError):
    """The service did not answer a moment ago, and is not asked now."""

    fmt = "The service did not answer a moment ago."


_open_until: dict[str, float] = {}


def protect(client: "BaseClient") -> None:
    """Have all calls of a client fail at once with OpenCircuitError for OPEN_SECONDS after one got no answer."""
    service = client.meta.service_model.service_name

    def before_call(**_: object) -> None:
        if time.monotonic() < _open_until.get(service, 0):
            raise OpenCircuitError

    def after_call_error(exception: Exception, **_: object) -> None:
        if isinstance(exception, (ConnectTimeoutError, ReadTimeoutError)):
            _open_until[service] = time.monotonic() + OPEN_SECONDS

    client.meta.events.register("before-call", before_call)
    client.meta.events.register("after-call-error", after_call_error)
