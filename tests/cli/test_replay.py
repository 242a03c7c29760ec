"""`postbacks replay`."""

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stack.terminal import Postbacks
from tests.support.stored import stored
from tools.samples import SAMPLES


@pytest.fixture(autouse=True)
def ids(stack: Stack, no_events: None) -> dict[str, str]:  # noqa: ARG001  emptied first
    """Store the events of the four samples and return their ids by kind."""
    return {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}


def waiting(stack: Stack) -> set[str]:
    """Return the ids of the events whose replay was requested."""
    return {event_id for event_id, item in stored(stack).items() if "replay" in item}


def test_dry_run(postbacks: Postbacks, stack: Stack) -> None:
    """A dry run only counts."""
    assert postbacks("replay", "--campaign", "22222", "--dry-run").out == "Selected: 4 events.\n"
    assert waiting(stack) == set()


def test_replay_asks_first(postbacks: Postbacks, stack: Stack) -> None:
    """Without a confirmation nothing is replayed; the question gives the number of events."""
    refused = postbacks("replay", "--since", "2011-01-01", "--until", "2012-01-01", stdin="n\n")
    assert refused.status == 1
    assert "Publish 2 events again?" in refused.err
    assert waiting(stack) == set()


def test_replay(postbacks: Postbacks, stack: Stack, ids: dict[str, str]) -> None:
    """With a confirmation exactly the selected events wait for the relay, and `show` says so."""
    marked = postbacks("replay", "--id", ids["call-finished"], "--id", "0" * 32, "--yes")
    assert (marked.status, marked.out) == (0, "Marked: 1 event.\n")
    if waiting(stack):  # the deployed relay may have been faster
        assert waiting(stack) == {ids["call-finished"]}
        assert "the relay will publish it" in postbacks("show", ids["call-finished"]).out


def test_replay_of_nothing(postbacks: Postbacks, stack: Stack) -> None:
    """A replay without a selection is refused."""
    refused = postbacks("replay", "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert waiting(stack) == set()
