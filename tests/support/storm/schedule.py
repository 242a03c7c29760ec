"""A schedule of deliveries and faults, generated from a seed.

A seed gives the same deliveries in the same order, and the same spells of faults. Which call meets a fault also depends
on the order of the calls, which several senders make at once.
"""

from itertools import count, cycle, islice, product
from random import Random
from typing import Final, NamedTuple, get_args

from tests.support.storm.auditor import Nature
from tests.support.storm.faults import Call, Fault
from tests.support.storm.observing import SEVERAL, numbered, second_number

CALM: Final = 1_000
"""The number of deliveries made after the storm, at most half of them.

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
_WHAT: Final = ("dynamodb", "dynamodb.PutItem", "dynamodb.UpdateItem", "sns", "sqs", "dynamodb sqs")
_DEADLY: Final = ("dying", "dying after")
_LASTING: Final = ("slow", "hanging", "late", *_DEADLY)
"""Faults that cost seconds: a client's timeout, or a cold start."""


class Delivery(NamedTuple):
    """A body to post, and the subscription whose URL gets it; empty for a wrong URL."""

    nature: Nature
    subject: str
    body: bytes
    subscription: str
    also: tuple[str, ...] = ()
    """The subjects of the other events, if the body holds several."""


class Spell(NamedTuple):
    """A fault that meets a share of some calls for a while."""

    fault: Fault
    what: str
    share: float

    def is_about(self, call: Call) -> bool:
        """Return whether the spell can affect a call."""
        return not {call.service, f"{call.service}.{call.operation}"}.isdisjoint(self.what.split())


def deliveries(seed: int, number: int) -> list[Delivery]:
    """Generate deliveries of all kinds of postbacks: some repeated, some unreadable, some to a wrong URL."""
    random = Random(seed)  # noqa: S311  to be repeated, not to be secret
    made: list[Delivery] = []
    earlier: list[Delivery] = []
    for identity in islice(count(800_000_001), number):
        kind = random.choice(list(_SUBJECTS))
        subscription = "campaignfinish" if kind == "campaign-finished" else "callfinish"
        also = (f"{_SUBJECTS[kind]}/{second_number(identity)}",) if kind == SEVERAL else ()
        new = Delivery("postback", f"{_SUBJECTS[kind]}/{identity}", numbered(kind, identity), subscription, also)
        match random.choices(("new", "again", "unreadable", "wrong URL"), (76, 16, 5, 3))[0]:
            case "again" if earlier:
                made.append(_again(random.choice((earlier[-1], random.choice(earlier))), random))
            case "unreadable":
                made.append(new._replace(nature="unreadable", body=new.body[:-20]))
            case "wrong URL":
                made.append(new._replace(nature="wrong URL", subscription=""))
            case _:
                made.append(new)
                earlier.append(new)
    return made


def _again(first: Delivery, random: Random) -> Delivery:
    """Return a copy, perhaps through a campaign's subscription, perhaps in other bytes with the same content."""
    return first._replace(
        body=random.choice((first.body, first.body.replace(b"> <", b">\r\n<"))),
        subscription=random.choice((first.subscription, first.subscription + CAMPAIGN)),
    )


def stormy(number: int) -> int:
    """Return how many of `number` deliveries are made during the storm."""
    return max(number // 2, number - CALM)


def weather(seed: int, number: int) -> list[list[Spell]]:
    """Generate spells of every fault for each service in turn: the active spells for each delivery."""
    random = Random(seed)  # noqa: S311  as above
    faults = list(product(get_args(Fault), _WHAT))
    random.shuffle(faults)
    made: list[list[Spell]] = [[] for _ in range(number)]
    begins, ends = 0, stormy(number)
    turn = cycle(faults)
    while begins < ends:
        fault, what = next(turn)
        length = random.randint(5, 10) if fault in _LASTING else random.randint(20, 60)
        share = random.uniform(0.1, 0.3) if fault in _DEADLY else random.uniform(0.2, 1)
        for spells in made[begins : min(begins + length, ends)]:
            spells.append(Spell(fault, what, share))
        begins += random.randint(1, length)  # so that some coincide
    return made
