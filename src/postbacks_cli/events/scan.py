"""Read the whole table of events: a small one in one request, a larger one in several segments in parallel.

DynamoDB reads about 24 MB a second from one partition (3,000 read units of 8 KB), and a reader waits for the answer of
each megabyte. Several readers wait in parallel, so the table's partitions limit the speed, not the network latency.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Queue
from threading import Event
from typing import Any, Final

from botocore.exceptions import ClientError

from postbacks_cli.aws.stack import Stack
from postbacks_cli.terminal.progress import Progress, no_progress

SEGMENTS: Final = 8
_PAGES: Final = 16
"""Pages of a megabyte that may wait to be processed."""
_POLL_SECONDS: Final = 0.1


def items(stack: Stack, what: dict[str, Any], progress: Progress = no_progress) -> Iterator[dict[str, Any]]:
    """Yield the items that a Scan of the table of events returns, in no particular order. Raises botocore's errors.

    `what` holds the Scan's expressions.
    """
    request = {"TableName": stack.output("EventsTableName"), **what}
    first = stack.aws.dynamodb.scan(**request)
    if "LastEvaluatedKey" in first:  # more than a megabyte, so this page is read again, in its segment
        yield from _in_segments(stack, request, progress)
    else:
        progress(first["ScannedCount"], first["ScannedCount"])
        yield from first["Items"]


def _in_segments(stack: Stack, request: dict[str, Any], progress: Progress) -> Iterator[dict[str, Any]]:
    total = _estimate_count(stack)
    pages: Queue[Any] = Queue(_PAGES)
    stopped = Event()
    done = 0
    with ThreadPoolExecutor(SEGMENTS) as threads:
        readers = [
            threads.submit(_read, stack, {"Segment": segment, **request}, pages, stopped) for segment in range(SEGMENTS)
        ]
        try:
            while not all(reader.done() for reader in readers) or not pages.empty():
                page = _next(pages)
                if page:
                    done += page["ScannedCount"]
                    progress(done, total)
                    yield from page["Items"]
            for reader in readers:
                reader.result()
        finally:  # the caller stopped early, or a reader failed
            stopped.set()
            while not all(reader.done() for reader in readers):
                _next(pages)


def _next(pages: "Queue[Any]") -> dict[str, Any] | None:
    """Return the next page, None if there is none yet."""
    try:
        page: dict[str, Any] = pages.get(timeout=_POLL_SECONDS)
    except Empty:
        return None
    return page


def _read(stack: Stack, request: dict[str, Any], pages: "Queue[Any]", stopped: Event) -> None:
    for page in stack.aws.dynamodb.get_paginator("scan").paginate(TotalSegments=SEGMENTS, **request):
        if stopped.is_set():
            return
        pages.put(page)


def _estimate_count(stack: Stack) -> int | None:
    """Return DynamoDB's own count, which is up to six hours old; None if the user has no permission."""
    try:
        return stack.aws.dynamodb.describe_table(TableName=stack.output("EventsTableName"))["Table"]["ItemCount"]
    except ClientError:
        return None
