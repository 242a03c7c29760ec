"""Unique postbacks: samples with other ids, so that none is a duplicate of another."""

from itertools import count
from typing import Final

from tools.samples import LATER_SAMPLES, SAMPLES

SEVERAL: Final = "v2-several-events"
"""The sample with two events in one body."""

_numbers = count(700_000_001)
_IDS: Final = {  # the id of a sample's call, text or campaign makes its postback unique
    "call-finished": b"<callid>%d<",
    "text-received": b"<callid>%d<",
    "text-sent": b"<callid>%d<",
    "campaign-finished": b"<id>%d<",
    "v1.1-outbound-call": b'<Call id="%d"',
    "v2-inbound-text": b'"resource":{"id":%d,',
    SEVERAL: b'"actionId":%d,',
}
_ID_OF_SAMPLE: Final = {
    "campaign-finished": 22222,
    "v1.1-outbound-call": 882960114003,
    "v2-inbound-text": 1023905054003,
    SEVERAL: 1023905054103,
}
_SECOND_ID: Final = 1023905054104


def new(kind: str = "call-finished") -> bytes:
    """Return a unique postback: a sample with another number."""
    return numbered(kind, next(_numbers))


def numbered(kind: str, number: int) -> bytes:
    """Return a sample with the given number as the id of its call, text or campaign."""
    body, written = (SAMPLES | LATER_SAMPLES)[kind], _IDS[kind]
    original = written % _ID_OF_SAMPLE.get(kind, 111111)
    assert original in body
    return body.replace(original, written % number).replace(written % _SECOND_ID, written % second_number(number))


def second_number(number: int) -> int:
    """Return the number of the second event of a body that holds two."""
    return number + 100_000_000
