"""A replay publishes exactly the requested events again, with the same ids."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from callfire_postbacks.outbox import replay
from callfire_postbacks.outbox.replay import ReplayRequestError
from tests.support.aws.faults import answering, first, refusal, unprocessed
from tests.support.contents import consumed, consumer, delete, items
from tests.support.unpublished import change, ids_of_unpublished, run_relay, store_events
from tests.unit.conftest import Logged

pytestmark = pytest.mark.usefixtures("aws")

YEAR = {"from": "2025-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}


@pytest.fixture
def published() -> list[str]:
    """Store five published events of campaign 22222 and five of 33333."""
    ids = [*store_events(5), *store_events(5, campaign="33333")]
    assert run_relay()["published"] == 10
    return ids


def ask(selection: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """Ask the relay for a replay."""
    return run_relay({"replay": selection, **more})


def test_same_event_comes_again_as_a_replay(published: list[str]) -> None:
    """The relay publishes a replayed event again with the same content, also to consumers of replays only."""
    queue = consumer({"replayed": ["true"]})
    before = {item["id"]["S"]: item["event"] for item in items()}
    assert ask({"campaign_id": "22222"}) == {"events": 5, "dry_run": False, "next": None}
    assert run_relay()["published"] == 5
    assert sorted(event["id"] for event in consumed(queue)) == sorted(published[:5])
    assert {item["id"]["S"]: item["event"] for item in items()} == before
    assert ids_of_unpublished() == set()


@pytest.mark.slow
def test_selections(published: list[str]) -> None:
    """Events are selected by id, by campaign and by time, both ends included."""
    ids = published
    time_of = {item["id"]["S"]: item["event"]["M"]["time"]["S"] for item in items()}
    selections: list[tuple[dict[str, Any], set[str]]] = [
        ({"ids": [ids[1], ids[7], ids[1], "0" * 32]}, {ids[1], ids[7]}),
        ({"campaign_id": "33333"}, set(ids[5:])),
        ({"campaign_id": "44444"}, set()),
        ({"campaign_id": "22222", **YEAR}, set(ids[:5])),
        ({"campaign_id": "22222", "from": YEAR["to"]}, set()),
        ({"campaign_id": "22222", "to": YEAR["from"]}, set()),
        ({"campaign_id": "22222", "from": time_of[ids[0]], "to": time_of[ids[0]]}, set(ids[:5])),
        (YEAR, set(ids)),
        ({"from": time_of[ids[0]].replace("Z", "+00:00"), "to": "2099-01-01T00:00:00+14:00"}, set(ids)),
    ]
    for selection, selected in selections:
        assert ask(selection, dry_run=True) == {"events": len(selected), "dry_run": True, "next": None}
        assert ids_of_unpublished() == set()
        assert ask(selection)["events"] == len(selected)
        assert ids_of_unpublished() == selected
        run_relay()


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"ids": []},
        {"ids": "all"},
        {"ids": [1]},
        {"ids": [""]},
        {"ids": ["a"], "campaign_id": "22222"},
        {"campaign_id": ""},
        {"campaign_id": 22222},
        {"campaign_id": "22222", "until": "2026-01-01T00:00:00Z"},
        {"from": "2026-01-01T00:00:00Z"},
        {"to": "2026-01-01T00:00:00Z"},
        {"from": "yesterday", "to": "2026-01-01T00:00:00Z"},
        {"from": "2026-01-01T00:00:00", "to": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_unclear_selection_is_refused(selection: dict[str, Any]) -> None:
    """An incomplete or ambiguous request selects nothing and explains the mistake."""
    [event_id] = store_events()
    change(event_id, "REMOVE unpublished")  # as published events are
    with pytest.raises(ReplayRequestError, match=r"takes|times|time zone"):
        ask(selection)
    assert ids_of_unpublished() == set()


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read two events at a time."""
    monkeypatch.setattr(replay, "_MAX_IDS", 2)
    monkeypatch.setattr(replay, "_PAGE", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("kind", ["ids", "campaign", "time"])
@pytest.mark.parametrize("dry_run", [True, False])
def test_continues_with_the_next_request(kind: str, published: list[str], logged: Logged, *, dry_run: bool) -> None:
    """A replay that runs out of time returns its progress and the next request; together they cover the selection."""
    selections: dict[str, Any] = {"ids": {"ids": published[:5]}, "campaign": {"campaign_id": "22222"}, "time": YEAR}
    due = 10 if kind == "time" else 5
    request: dict[str, Any] | None = {"replay": selections[kind], "dry_run": dry_run}
    counts = []
    while request:
        answer = run_relay(request, seconds_left=0)
        counts.append(answer["events"])
        request = answer["next"]
    assert counts == sorted(counts)
    assert counts[-1] == due
    assert len(counts) > 2
    assert len(ids_of_unpublished()) == (0 if dry_run else due)
    assert [line["events"] for line in logged()] == counts


@pytest.mark.slow
@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("kind", ["ids", "campaign", "time"])
def test_reads_on_while_there_is_time(kind: str, published: list[str]) -> None:
    """If time allows, one request covers its whole selection, over any number of pages."""
    selections: dict[str, Any] = {"ids": {"ids": published}, "campaign": {"campaign_id": "33333"}, "time": YEAR}
    selected = published[5:] if kind == "campaign" else published
    assert ask(selections[kind]) == {"events": len(selected), "dry_run": False, "next": None}
    assert ids_of_unpublished() == set(selected)


def test_interrupted_replay_is_repeated(published: list[str]) -> None:
    """If a replay fails half way and is requested again, each event is sent once more, not twice."""
    queue = consumer()
    with answering("dynamodb.UpdateItem", first(3, refusal("AccessDeniedException"))), pytest.raises(ClientError):
        ask({"campaign_id": "22222"})
    assert ask({"campaign_id": "22222"})["events"] == 5
    run_relay()
    assert sorted(event["id"] for event in consumed(queue)) == sorted(published[:5])


def test_event_that_was_never_published_is_no_replay() -> None:
    """An event that still waits for its first publication is sent once, and not as a replay."""
    everything, replays = consumer(), consumer({"replayed": ["true"]}, name="Replays")
    [event_id] = store_events()
    assert ask({"ids": [event_id]})["events"] == 1
    assert run_relay()["published"] == 1
    assert len(consumed(everything)) == 1
    assert consumed(replays) == []


def test_event_deleted_meanwhile_is_not_counted(published: list[str]) -> None:
    """An event that expires while it is being selected is neither counted nor created again."""
    deleted = published[0]
    with answering("dynamodb.UpdateItem", lambda _: delete(deleted)):
        assert ask({"ids": [deleted]})["events"] == 0
    assert deleted not in {item["id"]["S"] for item in items()}


def test_ids_that_cannot_be_read_at_once_are_asked_for_again(published: list[str]) -> None:
    """Items that DynamoDB leaves out because of throttling are read again."""
    with answering("dynamodb.BatchGetItem", first(2, unprocessed)):
        assert ask({"ids": published})["events"] == 10


def test_age_of_a_replay_counts_from_its_request(published: list[str]) -> None:
    """The age of a replay counts from its request, so replaying an old event raises no alarm."""
    change(published[0], "SET received_at = :old", old={"S": "2020-01-01T00:00:00.000Z"})
    ask({"ids": [published[0]]})
    with answering("sns.PublishBatch", refusal("InvalidParameter")):
        assert run_relay()["oldest_seconds"] < timedelta(minutes=1).total_seconds()
