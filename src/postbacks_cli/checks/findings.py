"""The findings of `postbacks doctor`."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warn", "fail", "unknown"]


class Finding(NamedTuple):
    """The result of one check.

    ok       as it should be
    warn     postbacks come in and events go out, but a person should look
    fail     something does not work
    unknown  it could not be checked
    """

    level: Level
    subject: str
    detail: str
    remedy: str = ""
    """How to fix it."""
