"""What `postbacks doctor` finds."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warn", "fail", "unknown"]


class Finding(NamedTuple):
    """One thing that was looked at.

    ok       as it should be
    warn     postbacks come in and events go out, but somebody should look at it
    fail     something does not work
    unknown  it could not be looked at
    """

    level: Level
    subject: str
    detail: str
    remedy: str = ""
    """What to do about it."""
