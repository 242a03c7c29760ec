"""Dispositions, CallFire's codes, and their outcomes."""

import pytest

from tests.support.building import data_of, element


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        ("LA", "answered"),
        ("AM", "answering_machine"),
        ("TRANSFER", "transferred"),
        ("XFER", "transferred"),
        ("XFER_LEG", "transferred"),
        ("BUSY", "busy"),
        ("NO_ANS", "no_answer"),
        ("DNC", "do_not_call"),
        ("DNT", "do_not_call"),
        ("UNDIALED", "undialed"),
        ("CARRIER_ERROR", "failed"),
        ("CARRIER_TEMP_ERROR", "failed"),
        ("INTERNAL_ERROR", "failed"),
        ("INVALID_NUMBER", "failed"),
        ("TOO_BIG", "failed"),
        ("SENT", "sent"),
        ("RECEIVED", "received"),
        ("LIVE ANSWER", "answered"),
        ("Live_Answer", "answered"),
        ("Answering Machine", "answering_machine"),
        ("ANSWERING_MACHINE", "answering_machine"),
        ("NO ANSWER", "no_answer"),
        ("NO_ANSWER", "no_answer"),
        ("no-answer", "no_answer"),
        ("DO NOT CALL", "do_not_call"),
        ("Do Not Text", "do_not_call"),
        ("TRANSFER LEG", "transferred"),
        ("Transferred", "transferred"),
        ("DELIVERED", "sent"),
        ("Undelivered", "failed"),
        ("Invalid number", "failed"),
        ("Not dialed", "undialed"),
        ("not dialled", "undialed"),
        ("Answer Machine", "answering_machine"),
        ("Live/Answer", "answered"),
        ("Failure", "failed"),
        ("SD", "other"),
        ("SMART DROP", "other"),
        ("POSTPONED", "other"),
        ("la", "answered"),
        ("An unlisted code", "other"),
    ],
)
def test_disposition_is_passed_on_and_has_an_outcome(disposition: str, outcome: str) -> None:
    """CallFire's code stays as sent, listed or not, and the outcome comes from a closed vocabulary."""
    data = data_of(element("disposition", disposition))
    assert (data["disposition"], data["outcome"]) == (disposition, outcome)
