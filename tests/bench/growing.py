"""What grows, and how far: postbacks of any size, no two alike; subscriptions; a backlog."""

from typing import Final
from uuid import uuid4

SHAPES: Final = ("one long text", "many short texts")
SIZES: Final = (1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536)
"""Bytes, up to the limit. CallFire's samples have some 400 to 800."""
SUBSCRIPTIONS: Final = (1, 10, 100, 1_000)
"""So many take turns in one function."""
BACKLOGS: Final = (100, 1_000, 10_000, 100_000)
"""So many events wait to be published."""

_SHORT: Final = "<x>" + 30 * "y" + "</x>"  # as short as the limit of 2,000 elements lets it be


def body(size: int, shape: str = SHAPES[0]) -> bytes:
    """Make a call of so many bytes."""
    head = f"<call-finished><callid>{uuid4().hex}</callid><campaignid>22222</campaignid><dnis>8778973473</dnis>"
    tail = "</notes></call-finished>"
    texts = (size - len(head) - len("<notes>" + tail)) // len(_SHORT) if shape == SHAPES[1] else 0
    start = head + texts * _SHORT + "<notes>"
    return (start + (size - len(start) - len(tail)) * "z" + tail).encode()
