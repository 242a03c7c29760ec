"""`mark_published` changes an event from unpublished to published, and nothing else."""

from datetime import UTC, datetime

import pytest

from callfire_postbacks.outbox import store
from tests.support.contents import items
from tests.support.settings import override_receiving
from tests.support.unpublished import change, store_events

pytestmark = pytest.mark.usefixtures("aws")

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
REPLAY = "2026-01-01T00:00:00.000Z"
LATER = "2026-01-01T00:00:01.000Z"


def test_published_event_is_no_longer_unpublished() -> None:
    """A published event is no longer unpublished, and has its time of publication."""
    [event_id] = store_events()
    store.mark_published(event_id, published_at=NOW)
    [item] = items()
    assert "unpublished" not in item
    assert item["published_at"] == {"S": "2026-01-02T03:04:05.000Z"}


def test_replay_keeps_the_first_publication() -> None:
    """A replayed event has the times of its first publication and of its latest replay."""
    [event_id] = store_events()
    store.mark_published(event_id, published_at=NOW)
    assert "replayed_at" not in items()[0]
    for day in (3, 4):
        change(event_id, "SET unpublished = :part, replay = :replay", part={"S": event_id[0]}, replay={"S": REPLAY})
        store.mark_published(event_id, published_at=NOW.replace(day=day), replay=REPLAY)
    [item] = items()
    assert item["published_at"] == {"S": "2026-01-02T03:04:05.000Z"}
    assert item["replayed_at"] == {"S": "2026-01-04T03:04:05.000Z"}


@pytest.mark.parametrize("replay", [None, REPLAY])
def test_deleted_event_does_not_come_back(replay: str | None) -> None:
    """An event that is deleted while it is published does not come back as an empty item."""
    store.mark_published("0" * 32, published_at=NOW, replay=replay)
    store.mark_all_published({"0" * 32: replay}, published_at=NOW)
    assert items() == []


@pytest.mark.parametrize(("seen", "is_published"), [(None, False), (REPLAY, False), (LATER, True)])
def test_replay_in_between_stays_unpublished(seen: str | None, *, is_published: bool) -> None:
    """An event stays unpublished if a newer replay was requested during its publication."""
    [event_id] = store_events()
    change(event_id, "SET replay = :replay", replay={"S": LATER})
    store.mark_published(event_id, published_at=NOW, replay=seen)
    [item] = items()
    assert ("unpublished" not in item) is is_published
    assert ("replay" not in item) is is_published


def test_event_that_cannot_be_marked_blocks_no_other() -> None:
    """In a batch with a deleted event and one that is replayed again, the others are marked as published."""
    *others, replayed = store_events(5)
    change(replayed, "SET replay = :replay", replay={"S": LATER})
    replays: dict[str, str | None] = {**dict.fromkeys(others), replayed: REPLAY, "0" * 32: None}
    store.mark_all_published(replays, published_at=NOW)
    assert [item["id"]["S"] for item in items() if "unpublished" in item] == [replayed]
    assert len(items()) == 5


def test_only_published_events_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a retention, an event's expiry counts from its publication, however late; a replay does not change it."""
    override_receiving(monkeypatch, retention_seconds=86_400)
    [event_id] = store_events()
    assert "expires_at" not in items()[0]
    store.mark_published(event_id, published_at=NOW)
    expires_at = {"N": str(int(NOW.timestamp()) + 86_400)}
    assert items()[0]["expires_at"] == expires_at
    change(event_id, "SET unpublished = :part, replay = :replay", part={"S": event_id[0]}, replay={"S": REPLAY})
    store.mark_all_published({event_id: REPLAY}, published_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert items()[0]["expires_at"] == expires_at
