"""The functions' logger and metrics, and the rules for their content.

Logs contain event ids, but no event content and no URL. Errors are logged by type and location, without their
message, because the message could quote the data that caused the error.
"""

import traceback
from pathlib import Path
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from callfire_events.envelope import EventDocument
from callfire_postbacks.postback import Flaw, Result, Status

logger = Logger()
metrics = Metrics()

_RECEIVED: Final[dict[Status, str]] = {
    "accepted": "PostbackAccepted",
    "duplicate": "PostbackDuplicate",
    "parked": "PostbackParked",
    "rejected": "PostbackRejected",
    "too-large": "PostbackTooLarge",
    "unknown-url": "PostbackUnknownUrl",
    "unavailable": "PostbackUnavailable",
}
_DRAINED: Final[dict[Status, str]] = {
    "accepted": "DrainedAccepted",
    "duplicate": "DrainedDuplicate",
    "parked": "DrainedParked",
    "rejected": "DrainedRejected",
    "too-large": "DrainedTooLarge",
    "unknown-url": "DrainedUnknownUrl",
    "unavailable": "DrainedUnavailable",
}

_FLAWS: Final[dict[Flaw, str]] = {"absent": "SignatureAbsent", "wrong": "SignatureWrong"}


def describe(error: Exception) -> dict[str, str]:
    """Return the type and location of an error, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "callfire_" in frame.filename]
    described = {
        "error": type(error).__name__,
        "at": ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours),
    }
    if isinstance(error, ClientError):
        described |= {"operation": error.operation_name, "code": error.response["Error"]["Code"]}
    return described


def count_received(result: Result, *, subscription: str | None) -> None:
    """Count a postback from CallFire, in its only log line."""
    _count(_RECEIVED[result.status], result, subscription)


def count_drained(result: Result, *, subscription: str) -> None:
    """Count a parked postback that was processed again, in its only log line."""
    _count(_DRAINED[result.status], result, subscription)


def count_repairs(events: list[EventDocument]) -> None:
    """Add the repairs of all events of a body to its postback's log line."""
    repairs = list(dict.fromkeys(name for event in events for name in event["data"].get("repairs", ())))
    if repairs:
        metrics.add_metric(name="PostbackRepaired", unit=MetricUnit.Count, value=1)
        metrics.add_metadata("repairs", repairs)
        if "undecodable-bytes" in repairs:
            metrics.add_metric(name="PostbackUndecodable", unit=MetricUnit.Count, value=1)


def _count(metric: str, result: Result, subscription: str | None) -> None:
    """Write a metric in CloudWatch's embedded metric format, which is also a log line."""
    metrics.add_metric(name=metric, unit=MetricUnit.Count, value=1)
    if result.flaw:
        metrics.add_metric(name=_FLAWS[result.flaw], unit=MetricUnit.Count, value=1)
    ids = result.event_ids
    about = {
        "subscription": subscription,
        "event_id": ids[0] if len(ids) == 1 else None,
        "event_ids": ids if len(ids) > 1 else None,
        "reason": result.reason,
    }
    for name, value in about.items():
        if value:
            metrics.add_metadata(name, value)
    metrics.flush_metrics()
