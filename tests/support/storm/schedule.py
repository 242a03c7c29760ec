"""A schedule of deliveries and of weather, all of it made from a seed.

A seed gives the same deliveries in the same order, and the same spells of faults. Which call meets a fault also depends
on the order in which calls come, which several senders make at once.
"""

from itertools import count, cycle, islice, product
from random import Random
from typing import Final, NamedTuple, get_args

from tests.support.storm.auditor import Nature
from tests.support.storm.faults import Call, Fault
from tests.support.storm.observing import SEVERAL, numbered, second_number

CALM: Final = 1_000
"""How many of the deliveries are made when the storm is over, half of them at most. They show that all is well again,
and what the storm has left is meanwhile old enough for the relay."""

CAMPAIGN: Final = "-70002"
"""What a campaign's subscription ends in, through which some copies come."""

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
"""Faults that cost seconds: a client's time-out, or a cold start."""


class Delivery(NamedTuple):
    """What is posted, and to whose URL; to a wrong one where that is empty."""

    nature: Nature
    subject: str
    body: bytes
    subscription: str
    also: tuple[str, ...] = ()
    """What the other events are about, where the body holds several."""


class Spell(NamedTuple):
    """What happens to a share of some calls for a while."""

    fault: Fault
    what: str
    share: float

    def is_about(self, call: Call) -> bool:
        """Whether a call may meet it."""
        return not {call.service, f"{call.service}.{call.operation}"}.isdisjoint(self.what.split())


def deliveries(seed: int, number: int) -> list[Delivery]:
    """Make deliveries of all kinds of postbacks: some again, soon or late, some unreadable, some to a wrong URL."""
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
    """Make a copy, perhaps through a campaign's subscription, perhaps in other bytes that say the same."""
    return first._replace(
        body=random.choice((first.body, first.body.replace(b"> <", b">\r\n<"))),
        subscription=random.choice((first.subscription, first.subscription + CAMPAIGN)),
    )


def stormy(number: int) -> int:
    """Return how many of so many deliveries are made in bad weather."""
    return max(number // 2, number - CALM)


def weather(seed: int, number: int) -> list[list[Spell]]:
    """Make spells of every fault to everything in turn: those that are on while each of so many deliveries is made."""
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
        begins += random.randint(1, length)  # so that some come together
    return made
