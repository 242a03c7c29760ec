"""Faults of AWS calls."""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

Fault = Literal["refused", "throttled", "failing", "down", "hanging", "dying", "losing", "late", "dying after", "slow"]
"""The fault that meets a call.

    refused, throttled, failing  the service answers so, and does not carry the call out
    down                         the connection breaks before the call is carried out
    hanging                      the call is not carried out, and not answered within the client's timeout
    dying                        the function's process is killed before the call is carried out
    losing                       the call is carried out, and then the connection breaks
    late                         the call is carried out, and not answered within the client's timeout
    dying after                  the call is carried out, and then the function's process is killed
    slow                         the call is carried out, and answered after a second
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
