"""A schedule of deliveries and faults, generated from a seed.

A seed gives the same deliveries in the same order, and the same periods of faults. Which call meets a fault also
depends on the order of the calls, which several senders make at once.
"""

from itertools import count, cycle, islice, product
from random import Random
from typing import Final, NamedTuple, get_args

from tests.support.bodies.unique import SEVERAL, numbered, second_number
from tests.support.storm.auditor import Nature
from tests.support.storm.faults import Call, Fault

AFTER_STORM: Final = 1_000
"""The number of deliveries sent after the storm, at most half of them.

They show that everything works again, and give the storm's leftovers time to become old enough for the relay.
"""

CAMPAIGN: Final = "-70002"
"""The suffix of a campaign's subscription, through which some copies are sent."""

_SUBJECTS: Final = {
    "call-finished": "calls",
    "text-sent": "texts",
    "text-received": "texts",
    "campaign-finished": "campaigns",
    "v1.1-outbound-call": "calls",
    "v2-inbound-text": "texts",
    SEVERAL: "texts",
}
_TARGETS: Final = ("dynamodb", "dynamodb.PutItem", "dynamodb.UpdateItem", "sns", "sqs", "dynamodb sqs")
_KILLING: Final = ("dying", "dying after")
_SLOW: Final = ("slow", "hanging", "late", *_KILLING)
"""Faults that cost seconds: a client's timeout, or a cold start."""


class Delivery(NamedTuple):
    """A body to post, and the subscription whose URL gets it; empty for an unknown URL."""

    nature: Nature
    subject: str
    body: bytes
    subscription: str
    also: tuple[str, ...] = ()
    """The subjects of the other events, if the body holds several."""


class FaultPeriod(NamedTuple):
    """A fault that meets a share of some calls for a while."""

    fault: Fault
    target: str
    share: float

    def is_about(self, call: Call) -> bool:
        """Return whether the period can affect a call."""
        return not {call.service, f"{call.service}.{call.operation}"}.isdisjoint(self.target.split())


def deliveries(seed: int, number: int) -> list[Delivery]:
    """Generate deliveries of all kinds of postbacks: some repeated, some unreadable, some to an unknown URL."""
    random = Random(seed)  # noqa: S311  to be repeated, not to be secret
    generated: list[Delivery] = []
    earlier: list[Delivery] = []
    for identity in islice(count(800_000_001), number):
        kind = random.choice(list(_SUBJECTS))
        subscription = "campaignfinish" if kind == "campaign-finished" else "callfinish"
        also = (f"{_SUBJECTS[kind]}/{second_number(identity)}",) if kind == SEVERAL else ()
        new = Delivery("postback", f"{_SUBJECTS[kind]}/{identity}", numbered(kind, identity), subscription, also)
        match random.choices(("new", "again", "unreadable", "unknown URL"), (76, 16, 5, 3))[0]:
            case "again" if earlier:
                generated.append(_again(random.choice((earlier[-1], random.choice(earlier))), random))
            case "unreadable":
                generated.append(new._replace(nature="unreadable", body=new.body[:-20]))
            case "unknown URL":
                generated.append(new._replace(nature="unknown URL", subscription=""))
            case _:
                generated.append(new)
                earlier.append(new)
    return generated


def _again(first: Delivery, random: Random) -> Delivery:
    """Return a copy, perhaps through a campaign's subscription, perhaps in other bytes with the same content."""
    return first._replace(
        body=random.choice((first.body, first.body.replace(b"> <", b">\r\n<"))),
        subscription=random.choice((first.subscription, first.subscription + CAMPAIGN)),
    )


def count_in_storm(number: int) -> int:
    """Return how many of `number` deliveries are sent during the storm."""
    return max(number // 2, number - AFTER_STORM)


def fault_periods(seed: int, number: int) -> list[list[FaultPeriod]]:
    """Generate periods of every fault for each service in turn: the active periods for each delivery."""
    random = Random(seed)  # noqa: S311  as above
    faults = list(product(get_args(Fault), _TARGETS))
    random.shuffle(faults)
    generated: list[list[FaultPeriod]] = [[] for _ in range(number)]
    start, end = 0, count_in_storm(number)
    turn = cycle(faults)
    while start < end:
        fault, target = next(turn)
        length = random.randint(5, 10) if fault in _SLOW else random.randint(20, 60)
        share = random.uniform(0.1, 0.3) if fault in _KILLING else random.uniform(0.2, 1)
        for periods in generated[start : min(start + length, end)]:
            periods.append(FaultPeriod(fault, target, share))
        start += random.randint(1, length)  # so that some coincide
    return generated
