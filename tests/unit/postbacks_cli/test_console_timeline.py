"""The timeline of an event in the console."""

from typing import Any

import pytest

from postbacks_cli.console.pages.events import timeline

STORED = {
    "event": {"time": "2026-01-01T00:00:00.000Z", "recordedtime": "2026-01-01T00:00:09.000Z"},
    "received_at": "2026-01-01T00:00:09.000Z",
    "subscription": "callfinish",
}


@pytest.mark.parametrize(
    ("attributes", "titles"),
    [
        pytest.param({}, ["Not published yet"], id="unpublished"),
        pytest.param({"published_at": "b"}, ["Published"], id="published"),
        pytest.param({"published_at": "b", "replay": "c"}, ["Published", "Replay requested"], id="to be replayed"),
        pytest.param({"published_at": "b", "replayed_at": "d"}, ["Published", "Replayed"], id="replayed"),
        pytest.param({"published_at": "b", "replayed_at": "b"}, ["Published"], id="first published by a replay"),
    ],
)
def test_timeline(attributes: dict[str, Any], titles: list[str]) -> None:
    """The timeline shows when an event ended, was received, stored, first published, and last replayed."""
    entries = list(timeline(STORED | attributes))
    assert [title for title, _, _ in entries] == ["Ended", "Received", "Stored", *titles]


def test_no_time_of_the_call() -> None:
    """An event whose time is that of its receipt has no end of its own."""
    event = {"time": STORED["received_at"], "recordedtime": STORED["received_at"]}
    assert next(timeline(STORED | {"event": event}))[0] == "Received"
