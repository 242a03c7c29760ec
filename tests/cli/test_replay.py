"""`postbacks replay`."""

import pytest

from local.stack import Stack
from tests.support.http import post, url_of
from tests.support.stored import stored
from tests.support.terminal import Postbacks
from tools.samples import SAMPLES


@pytest.fixture(autouse=True)
def ids(stack: Stack, no_events: None) -> dict[str, str]:  # noqa: ARG001  emptied first
    """The ids of the four samples' events, which are stored, by kind."""
    return {kind: post(url_of(stack, kind), body).json["id"] for kind, body in SAMPLES.items()}


def waiting(stack: Stack) -> set[str]:
    """The ids of the events of which a replay was asked for."""
    return {event_id for event_id, item in stored(stack).items() if "replay" in item}


def test_dry_run(postbacks: Postbacks, stack: Stack) -> None:
    """A dry run counts, and marks nothing."""
    assert postbacks("replay", "--campaign", "22222", "--dry-run").out == "Selected: 4 events.\n"
    assert waiting(stack) == set()


def test_replay_asks_first(postbacks: Postbacks, stack: Stack) -> None:
    """Without a yes nothing is marked; the question says how many it is about."""
    refused = postbacks("replay", "--since", "2011-01-01", "--until", "2012-01-01", stdin="n\n")
    assert refused.status == 1
    assert "Publish 2 events again?" in refused.err
    assert waiting(stack) == set()


def test_replay(postbacks: Postbacks, stack: Stack, ids: dict[str, str]) -> None:
    """With a yes exactly the selected events are marked, and `show` says that they wait for the relay."""
    marked = postbacks("replay", "--id", ids["call-finished"], "--id", "0" * 32, "--yes")
    assert (marked.status, marked.out) == (0, "Marked: 1 event.\n")
    if waiting(stack):  # the deployed relay may have been there already
        assert waiting(stack) == {ids["call-finished"]}
        assert "waits for the relay" in postbacks("show", ids["call-finished"]).out


def test_replay_of_nothing(postbacks: Postbacks, stack: Stack) -> None:
    """A replay has to say of what."""
    refused = postbacks("replay", "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert waiting(stack) == set()
