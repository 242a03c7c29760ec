"""Faults of AWS calls."""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

Fault = Literal["refused", "throttled", "failing", "down", "hanging", "dying", "losing", "late", "dying after", "slow"]
"""What may happen to a call.

    refused, throttled, failing  it is answered so, and not carried out
    down                         the connection breaks, before it is carried out
    hanging                      it is not carried out, and not answered within the client's time-out
    dying                        the function's process is killed, before it is carried out
    losing                       it is carried out, and then the connection breaks
    late                         it is carried out, and not answered within the client's time-out
    dying after                  it is carried out, and then the function's process is killed
    slow                         it is carried out, and answered after a second
"""


OUTAGES: Final[tuple[Fault, ...]] = ("refused", "throttled", "failing", "down", "hanging")
"""Outages: the service accepts no call."""
UNANSWERED: Final[tuple[Fault, ...]] = ("losing", "late")
"""Faults in which the service carries out a call without answering."""


class Call(NamedTuple):
    """A function's call of AWS, such as "receive", "dynamodb", "PutItem"."""

    function: str
    service: str
    operation: str


Decide = Callable[[Call], Fault | None]
"""Choose the fault of a call, if any."""
