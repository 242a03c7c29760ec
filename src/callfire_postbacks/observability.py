"""Logger and metrics, made once for whichever function this is, and what may be said with them.

Logs hold ids of events, never their content, and no URL: an error is described by its kind and place,
since its message could quote the very data it failed on.
"""

import traceback
from pathlib import Path

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from callfire_postbacks.postback import Outcome

logger = Logger()
metrics = Metrics()


def describe(error: Exception) -> dict[str, str]:
    """Tell what kind of error it is and where it came from, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "callfire_postbacks" in frame.filename]
    described = {
        "error": type(error).__name__,
        "at": ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in ours),
    }
    if isinstance(error, ClientError):
        described |= {"operation": error.operation_name, "code": error.response["Error"]["Code"]}
    return described


def count(outcome: Outcome, *, subscription: str | None, prefix: str = "Postback") -> None:
    """Count a postback by what became of it, in the one log line that it gets (CloudWatch's embedded metric format).

    The metric is called "PostbackAccepted", "PostbackTooLarge" and so on, or begins with another prefix.
    """
    metrics.add_metric(name=f"{prefix}{outcome.status.title().replace('-', '')}", unit=MetricUnit.Count, value=1)
    for name, value in {"subscription": subscription, "event_id": outcome.event_id, "reason": outcome.reason}.items():
        if value:
            metrics.add_metadata(name, value)
    metrics.flush_metrics()
