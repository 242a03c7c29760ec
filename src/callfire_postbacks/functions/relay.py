"""Every minute: publishes what is stored but unpublished. On request: marks stored events for a replay.

A run ends before the next one starts, so two seldom meet; where they do, an event may go out twice, and none is lost.
"""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from random import uniform
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from callfire_postbacks.aws import clients
from callfire_postbacks.outbox import store
from callfire_postbacks.outbox import topic
from callfire_postbacks.outbox import replay
from callfire_postbacks.outbox import unpublished
from callfire_postbacks.ingest import IN_FLIGHT
from callfire_postbacks.observability import describe, logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

    from callfire_postbacks.outbox.unpublished import UnpublishedEvent

RESERVE_SECONDS: Final = 10
"""What one last batch may take: a publication, 3 s, and a settlement, 7 s, see aws_clients."""

_THREADS: Final = 8
_PAUSES: Final = (0, 0.5, 1)
"""Seconds to wait, at most, before each attempt at a batch; after the last one the part waits for the next run."""

clients.dynamodb()
clients.sns()


class Sweep(NamedTuple):
    """What a run did with a part of what is unpublished."""

    published: int = 0
    failed: int = 0
    """Events that cannot be read, or that SNS will never take as they are."""
    waiting_since: datetime | None = None
    """Since when the oldest of those that are left has been waiting."""
    is_blind: bool = False
    """Whether the table did not answer, so that nobody knows what is left."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Publish what waits, or mark what {"replay": …} selects. Raises an error where the table does not answer."""
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    if "replay" in event:
        return replay.run(event, deadline=deadline)
    now = datetime.now(UTC)
    with ThreadPoolExecutor(_THREADS) as threads:
        sweep = partial(_sweep, before=now - IN_FLIGHT, deadline=deadline)
        sweeps = list(threads.map(sweep, unpublished.PARTS))
    published, failed = sum(sweep.published for sweep in sweeps), sum(sweep.failed for sweep in sweeps)
    age = (now - min(sweep.waiting_since or now for sweep in sweeps)).total_seconds()
    is_blind = any(sweep.is_blind for sweep in sweeps)
    metrics.add_metric(name="RelayPublished", unit=MetricUnit.Count, value=published)
    metrics.add_metric(name="RelayFailed", unit=MetricUnit.Count, value=failed)
    if not is_blind:
        metrics.add_metric(name="UnpublishedAge", unit=MetricUnit.Seconds, value=age)
    metrics.flush_metrics()
    if is_blind:
        raise RuntimeError("The table of events does not answer.")
    return {"published": published, "failed": failed, "oldest_seconds": age}


def _sweep(part: str, *, before: datetime, deadline: float) -> Sweep:
    tally: Counter[str] = Counter()
    try:
        for page in unpublished.pages(part, before=before):
            if not _relay(page, tally, deadline=deadline):
                break
        is_left = tally["failed"] or tally["refused"]
        oldest = unpublished.oldest(part, before=before) if is_left else None
    except Exception as error:  # noqa: BLE001  the other parts go on
        logger.error("Part of the unpublished events is left", extra={"part": part, **describe(error)})
        return Sweep(tally["published"], tally["failed"], is_blind=True)
    return Sweep(tally["published"], tally["failed"], oldest)


def _relay(page: unpublished.Page, tally: Counter[str], *, deadline: float) -> bool:
    """Publish and settle a page, and count what is published, what has failed and what is refused for now.

    Returns whether to go on: where a batch is refused as a whole, the next ones would be too.
    """
    tally["failed"] += len(page.unreadable)
    replays = {waiting.event["id"]: waiting.replay for waiting in page.events}
    for batch in topic.batches(_entries(page.events, tally)):
        publication = _publish(batch, deadline=deadline)
        for event_id in publication.unacceptable:
            logger.error("Event is not taken by the topic", extra={"event_id": event_id})
        # What is published and cannot be settled goes out again, so nothing more is published where settling fails.
        if publication.published:
            settled = {event_id: replays[event_id] for event_id in publication.published}
            store.settle_all(settled, published_at=datetime.now(UTC))
            tally["published"] += len(settled)
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
            entries.append(topic.entry(waiting.event, replayed=is_replayed))
        except Exception as error:  # noqa: BLE001  one event that makes no message must not hold up the others
            logger.error("Event makes no message", extra=describe(error))
            tally["failed"] += 1
    return entries


def _publish(batch: "list[PublishBatchRequestEntryTypeDef]", *, deadline: float) -> topic.Publication:
    """Publish a batch, with patience: nothing of it is published where SNS goes on refusing or the time is up."""
    for pause in _PAUSES:
        time.sleep(uniform(pause / 2, pause))  # noqa: S311  jitter
        if time.monotonic() > deadline:
            break
        try:
            publication = topic.publish_batch(batch)
        except (BotoCoreError, ClientError) as error:
            logger.warning("Batch is refused", extra=describe(error))
        else:
            if publication.published or publication.unacceptable:
                return publication
    return topic.Publication([], [])
