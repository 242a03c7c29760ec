"""The relay's handler: publish unpublished events every minute; on request, replay events or apply the retention."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from callfire_postbacks.aws import clients
from callfire_postbacks.ingest import IN_FLIGHT
from callfire_postbacks.observability import logger, metrics
from callfire_postbacks.outbox import expiry, relay, replay
from callfire_postbacks.wrong_event import WrongEventError, has_keys

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_OF_OTHERS: Final = frozenset({"Records", "ResponseURL", "action", "requestContext"})
"""Keys of the other functions' events."""

clients.dynamodb()
clients.sns()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Publish unpublished events, select events for a replay ({"replay": …}), or apply the retention ({"expire": …}).

    Raises:
        RuntimeError: The table does not answer.
        WrongEventError: The event belongs to another function.
    """
    if not has_keys(event) or not _OF_OTHERS.isdisjoint(event):
        raise WrongEventError(event, takes='an event of EventBridge Scheduler, {}, {"replay": ...} or {"expire": ...}')
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - relay.RESERVE_SECONDS
    if "replay" in event:
        return replay.run(event, deadline=deadline)
    if "expire" in event:
        return expiry.run(event, deadline=deadline)
    report = relay.publish_unpublished(stored_before=datetime.now(UTC) - IN_FLIGHT, deadline=deadline)
    metrics.add_metric(name="RelayPublished", unit=MetricUnit.Count, value=report.published)
    metrics.add_metric(name="RelayFailed", unit=MetricUnit.Count, value=report.failed)
    if not report.is_blind:
        metrics.add_metric(name="UnpublishedAge", unit=MetricUnit.Seconds, value=report.oldest_seconds)
    metrics.flush_metrics()
    if report.is_blind:
        raise RuntimeError("The table of events does not answer.")
    return {"published": report.published, "failed": report.failed, "oldest_seconds": report.oldest_seconds}
