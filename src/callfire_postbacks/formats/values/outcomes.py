"""The outcome of a call or text, by CallFire's disposition: a code, or the same in words."""

import re
from typing import Final

from callfire_events.calls_and_texts import Outcome

_CODES: Final[dict[Outcome, tuple[str, ...]]] = {
    "answered": ("LA", "LIVE", "LIVE ANSWER", "ANSWERED", "ANSWERED LIVE", "ANSWER", "HUMAN", "HUMAN ANSWER"),
    "answering_machine": (
        "AM",
        "ANSWERING MACHINE",
        "ANS MACHINE",
        "MACHINE",
        "MACHINE ANSWER",
        "ANSWER MACHINE",
        "VOICEMAIL",
    ),
    "transferred": ("XFER", "XFER LEG", "TRANSFER", "TRANSFER LEG", "TRANSFERRED", "TRANSFERED"),
    "busy": ("BUSY", "BUSY SIGNAL", "LINE BUSY"),
    "no_answer": ("NO ANS", "NO ANSWER", "NOT ANSWERED", "UNANSWERED"),
    "do_not_call": ("DNC", "DNT", "DO NOT CALL", "DO NOT TEXT", "DO NOT CONTACT", "DO NOT CALL LIST"),
    "sent": ("SENT", "DELIVERED"),
    "received": ("RECEIVED",),
    "undialed": ("UNDIALED", "UNDIALLED", "NOT DIALED", "NOT DIALLED"),
    "failed": (
        "TOO BIG",
        "INVALID NUMBER",
        "INTERNAL ERROR",
        "CARRIER ERROR",
        "CARRIER TEMP ERROR",
        "CARRIER TEMPORARY ERROR",
        "TEMPORARY CARRIER ERROR",
        "ERROR",
        "FAILED",
        "FAILURE",
        "UNDELIVERED",
        "UNDELIVERABLE",
        "NOT DELIVERED",
        "NOT SENT",
    ),
}
_OUTCOMES: Final[dict[str, Outcome]] = {
    code.replace(" ", ""): outcome for outcome, codes in _CODES.items() for code in codes
}
_BETWEEN_WORDS: Final = r"[\s_'\u2019./+\-]+"  # compiled when it is first needed


def outcome_of(disposition: str | None) -> Outcome:
    """Return the outcome of a disposition, in any case; unlisted dispositions are normal, and are "other"."""
    if not disposition:
        return "other"
    known = _OUTCOMES.get(disposition)
    return known or _OUTCOMES.get(re.sub(_BETWEEN_WORDS, "", disposition).upper(), "other")
