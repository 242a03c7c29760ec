"""The state of the fake CallFire's only customer."""

from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import Any


@dataclass
class Webhooks:
    """The customer's state in API v2."""

    credentials: str = "login:password"
    answers: list[str] = field(default_factory=list)
    """The next answers, by their names in v2_answers.py; afterwards, as documented."""
    known: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Webhooks by id."""
    requests: list[str] = field(default_factory=list)
    """Method and path of each request with the right credentials."""
    numbers: "count[int]" = field(default_factory=lambda: count(3_749_001))
    lock: Lock = field(default_factory=Lock)


@dataclass
class Account:
    """The customer's state in cloud/1, and in API v2."""

    api_key: str
    answer: str = "documented"
    """The answer to each request, by its name in cloud1_answers.py."""
    urls: dict[str, str] = field(default_factory=dict)
    """By scope: "callfinish", "callfinish/22222"."""
    received: list[str] = field(default_factory=list)
    """Every URL that it ever received, also in requests that it did not confirm."""
    v2: Webhooks = field(default_factory=Webhooks)
