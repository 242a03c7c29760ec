"""A circuit breaker: once a service fails to answer, send it only one call in ten until it answers again.

A waiting function still counts against the account's concurrency limit of 1,000. If DynamoDB accepts connections but
does not answer, each function waits for up to 5 s (see aws/clients.py). From about 200 postbacks a second on, further
postbacks would be throttled and lost for the whole outage. With the breaker this lasts only for the first seconds;
`tests/support/outage.py` simulates it. A fixed reset time would not help: the circuits of all functions open
together, so they would also retry together.

The breaker protects only services with a fallback: without DynamoDB a postback is parked, and without SNS the relay
publishes its event. The parked queue is the last resort, so it is always called.
"""

from random import SystemRandom
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError

if TYPE_CHECKING:
    from botocore.client import BaseClient

ASKED: Final = 0.1
"""The share of calls still sent to a service that failed to answer, to detect its recovery."""

_random: Final = SystemRandom().random
open_circuits: Final[set[str]] = set()
"""The memory of a warm function: services that failed to answer."""


class OpenCircuitError(BotoCoreError):
    """The service failed to answer before, and this call was not sent."""

    fmt = "The service did not answer before, so it is not called now."


def protect(client: "BaseClient") -> None:
    """After a call without an answer, make most calls of a client raise OpenCircuitError until one is answered."""
    service = client.meta.service_model.service_name

    def before_call(**_: object) -> None:
        if service in open_circuits and _random() >= ASKED:
            raise OpenCircuitError

    def after_call(**_: object) -> None:
        open_circuits.discard(service)

    def after_call_error(exception: Exception, **_: object) -> None:
        if isinstance(exception, (ConnectTimeoutError, ReadTimeoutError)):
            open_circuits.add(service)

    client.meta.events.register("before-call", before_call)
    client.meta.events.register("after-call", after_call)
    client.meta.events.register("after-call-error", after_call_error)
