"""The relay, the outbox's polling publisher: publish stored events that are not on the topic yet.

A run ends before the next one starts, so two runs rarely overlap. If they do, an event may be published twice, but
none is lost.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from random import uniform
from typing import TYPE_CHECKING, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from callfire_postbacks.observability import describe, logger
from callfire_postbacks.outbox import batches, store, unpublished

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

    from callfire_postbacks.outbox.unpublished import UnpublishedEvent

RESERVE_SECONDS: Final = 13
"""The longest time for one last batch: publish 3 s, publish again with fewer attributes 3 s, mark as published 7 s,
see aws/clients.py.
"""

_THREADS: Final = 8
_PAUSES: Final = (0, 0.5, 1)
"""The longest wait in seconds before each attempt at a batch. After the last, the partition waits for the next run."""


class Report(NamedTuple):
    """The result of one run of the relay."""

    published: int
    failed: int
    """Events that cannot be read, or that SNS always rejects."""
    oldest_seconds: float
    """Age of the oldest unpublished event in seconds; 0 if there is none."""
    is_blind: bool
    """Whether the table did not answer, so that the number of unpublished events is unknown."""


class _Sweep(NamedTuple):
    """The result of publishing one partition of the unpublished events."""

    published: int = 0
    failed: int = 0
    waiting_since: datetime | None = None
    """The time since which the oldest remaining event has been waiting."""
    is_blind: bool = False


def publish_unpublished(*, stored_before: datetime, deadline: float) -> Report:
    """Publish events stored before `stored_before`, until `deadline` of the monotonic clock. Never raises."""
    now = datetime.now(UTC)
    with ThreadPoolExecutor(_THREADS) as threads:
        sweep = partial(_sweep, before=stored_before, deadline=deadline)
        sweeps = list(threads.map(sweep, store.PARTITIONS))
    return Report(
        published=sum(sweep.published for sweep in sweeps),
        failed=sum(sweep.failed for sweep in sweeps),
        oldest_seconds=(now - min(sweep.waiting_since or now for sweep in sweeps)).total_seconds(),
        is_blind=any(sweep.is_blind for sweep in sweeps),
    )


def _sweep(partition: str, *, before: datetime, deadline: float) -> _Sweep:
    tally: Counter[str] = Counter()
    try:
        for page in unpublished.pages(partition, before=before):
            if not _publish_page(page, tally, deadline=deadline):
                break
        is_left = tally["failed"] or tally["refused"]
        oldest = unpublished.oldest(partition, before=before) if is_left else None
    except Exception as error:  # noqa: BLE001  continue with the other partitions
        logger.error("Partition is left unpublished", extra={"partition": partition, **describe(error)})
        return _Sweep(tally["published"], tally["failed"], is_blind=True)
    return _Sweep(tally["published"], tally["failed"], oldest)


def _publish_page(page: unpublished.Page, tally: Counter[str], *, deadline: float) -> bool:
    """Publish a page of events and mark them as published; count published, failed and temporarily rejected events.

    Returns whether to continue: if SNS rejects a whole batch, it would reject the next batches too.
    """
    tally["failed"] += len(page.unreadable)
    replays = {waiting.event["id"]: waiting.replay for waiting in page.events}
    for batch in batches.group(_entries(page.events, tally)):
        publication = _publish_batch(batch, deadline=deadline)
        for event_id in publication.unacceptable:
            logger.error("Event is not accepted by the topic", extra={"event_id": event_id})
        # An event that is published but not marked is published again, so stop publishing if marking fails.
        if publication.published:
            published = {event_id: replays[event_id] for event_id in publication.published}
            store.mark_all_published(published, published_at=datetime.now(UTC))
            tally["published"] += len(published)
        tally["failed"] += len(publication.unacceptable)
        tally["refused"] += len(batch) - len(publication.published) - len(publication.unacceptable)
        if not publication.published and not publication.unacceptable:
            return False
    return True


def _entries(events: "list[UnpublishedEvent]", tally: Counter[str]) -> "list[PublishBatchRequestEntryTypeDef]":
    entries: list[PublishBatchRequestEntryTypeDef] = []
    for waiting in events:
        is_replayed = waiting.replay is not None and waiting.published_before
        try:
            entries.append(batches.entry(waiting.event, replayed=is_replayed))
        except Exception as error:  # noqa: BLE001  one bad event must not block the others
            logger.error("Event cannot be made a message", extra=describe(error))
            tally["failed"] += 1
    return entries


def _publish_batch(batch: "list[PublishBatchRequestEntryTypeDef]", *, deadline: float) -> batches.Publication:
    """Publish a batch, with retries. Publishes nothing if SNS keeps rejecting the batch or the deadline has passed."""
    for pause in _PAUSES:
        time.sleep(uniform(pause / 2, pause))  # noqa: S311  jitter
        if time.monotonic() > deadline:
            break
        try:
            publication = batches.publish(batch)
        except (BotoCoreError, ClientError) as error:
            logger.warning("Batch is refused", extra=describe(error))
        else:
            if publication.published or publication.unacceptable:
                return publication
    return batches.Publication([], [])
