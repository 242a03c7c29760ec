"""The functions' logs: from CloudWatch Logs while the stack is up, afterwards from a file."""

from collections.abc import Iterator
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import Clients

FILE = "functions.log"


def read(aws: Clients) -> Iterator[str]:
    """Yield each line of every log group, group by group, in chronological order."""
    for page in aws.logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
            yield from (event["message"] for page in events for event in page["events"])


def save(aws: Clients, state_dir: Path) -> None:
    """Save the lines to a file before ministack stops and loses them; does nothing if it has stopped already."""
    try:
        lines = [f"{line}\n" for line in read(aws)]
    except (BotoCoreError, ClientError):
        return
    (state_dir / FILE).write_text("".join(lines))
