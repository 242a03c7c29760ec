"""Several senders that post at the same time, each over a connection that it keeps."""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import local
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from local.samples import SAMPLES

_KINDS: Final = ("call-finished", "text-received", "text-sent")
_TIMEOUT: Final = 60


class Answer(NamedTuple):
    """What a postback was answered, and when."""

    status: int
    event_id: str | None
    seconds: float


def numbered(number: int) -> bytes:
    """Make a postback like no other: one of the samples in turn, about a call or text of its own."""
    return SAMPLES[_KINDS[number % len(_KINDS)]].replace(b"<callid>111111<", b"<callid>%d<" % (10**9 + number))


def send(url: str, postbacks: Iterable[bytes], *, senders: int) -> list[Answer]:
    """Post to a URL as fast as so many senders can."""
    split, mine = urlsplit(url), local()

    def post(body: bytes) -> Answer:
        if not hasattr(mine, "connection"):
            mine.connection = HTTPConnection(split.netloc, timeout=_TIMEOUT)
        start = time.monotonic()
        mine.connection.request("POST", split.path, body)
        response = mine.connection.getresponse()
        answer = json.loads(response.read())
        return Answer(response.status, answer.get("id"), time.monotonic() - start)

    with ThreadPoolExecutor(senders) as threads:
        return list(threads.map(post, postbacks))
