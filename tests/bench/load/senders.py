"""Several senders that post at the same time, each over a kept connection."""

import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import local
from typing import Final
from urllib.parse import urlsplit

from tests.support.storm.auditor import Sent
from tools.samples import SAMPLES

_KINDS: Final = {"call-finished": "calls", "text-received": "texts", "text-sent": "texts"}
_TIMEOUT: Final = 60


def postback(number: int) -> tuple[str, bytes]:
    """Return a unique postback, a sample with its own call or text, and its subject."""
    kind = list(_KINDS)[number % len(_KINDS)]
    identity = 10**9 + number
    return f"{_KINDS[kind]}/{identity}", SAMPLES[kind].replace(b"<callid>111111<", b"<callid>%d<" % identity)


def send(url: str, postbacks: Iterable[tuple[str, bytes]], *, senders: int) -> list[tuple[Sent, float]]:
    """Post to a URL as fast as the senders can; return the answers and the seconds of each."""
    address, thread = urlsplit(url), local()

    def post(one: tuple[str, bytes]) -> tuple[Sent, float]:
        subject, body = one
        if not hasattr(thread, "connection"):
            thread.connection = HTTPConnection(address.netloc, timeout=_TIMEOUT)
        start = time.monotonic()
        thread.connection.request("POST", address.path, body)
        response = thread.connection.getresponse()
        answer = json.loads(response.read())
        return Sent("postback", subject, body, response.status, answer), time.monotonic() - start

    with ThreadPoolExecutor(senders) as threads:
        return list(threads.map(post, postbacks))
