"""The pipeline of a postback: authenticate, normalize, store, publish."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from callfire_events.envelope import EventDocument
from callfire_postbacks import parking, settings
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.observability import count_repairs, describe, logger
from callfire_postbacks.outbox import store, topic
from callfire_postbacks.outbox.store import StoredEvent
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES, Postback, Result
from callfire_postbacks.subscriptions import postback_urls, signature

MAX_BODY_BYTES: Final = 65_536
"""The largest body that is parsed, about fifty times a real one. In any encoding, an event from a body of this size
fits into an SNS message (256 KiB) and a DynamoDB item (400 KiB), so no event must be truncated or split.
"""

IN_FLIGHT: Final = timedelta(seconds=30)
"""How long the function that stored an event may still be about to publish it: receive's timeout and a margin."""

LAST_PUT_SECONDS: Final = 10
LAST_PUBLICATION_SECONDS: Final = 14
"""Seconds after which no further event of a postback is stored or published, see aws/clients.py."""


class OutOfTimeError(Exception):
    """Too little time is left to process a postback, or to store or publish its remaining events."""


def receive(postback: Postback) -> Result:
    """Process a postback, and park it if it cannot be stored. Never raises."""
    try:
        return process(postback)
    except Exception as error:  # noqa: BLE001  whatever failed, keep the postback
        logger.error("Postback cannot be stored", extra=describe(error))
    try:
        parking.park(postback)
    except Exception as error:  # noqa: BLE001  no durable store is left to try
        logger.critical("Postback cannot be parked either", extra=describe(error))
        return Result("unavailable", detail="The postback could not be stored; send it again.")
    return Result("parked")


def process(postback: Postback) -> Result:
    """Process a postback once. Raises an error if the postback could be neither stored nor rejected."""
    start = time.monotonic()
    is_signed = signature.check(postback)
    if not postback_urls.is_live(
        postback.subscription, postback.token_hash, at=postback.received_at, is_signed=is_signed
    ):
        return Result("unknown-url")
    if len(postback.body) > MAX_BODY_BYTES:
        detail = f"A postback has at most {MAX_BODY_BYTES} bytes."
        if len(postback.body) > MAX_MESSAGE_BODY_BYTES:
            return Result("too-large", reason="too-large", detail=detail)
        parking.reject(postback, "too-large")
        return Result("rejected", reason="too-large", detail=detail)
    if is_signed is False:
        is_signed = signature.check_others(postback)
    flaw = signature.find_flaw(postback) if is_signed is False else None
    if flaw and postback_urls.is_proven(postback.subscription):
        reason = f"signature-{flaw}"
        parking.reject(postback, reason)
        return Result(
            "rejected", reason=reason, detail="A postback to this URL must have CallFire's signature.", flaw=flaw
        )
    return _keep(postback, is_signed=is_signed is True, start=start)._replace(flaw=flaw)


def _keep(postback: Postback, *, is_signed: bool, start: float) -> Result:
    """Normalize, store and publish a postback, or reject it."""
    try:
        events = normalize(postback, zone=settings.receiving().time_zone, is_signed=is_signed)
    except UnreadablePostbackError as error:
        parking.reject(postback, error.reason, position=error.position)
        return Result("rejected", reason=error.reason, detail=error.detail)
    events_by_id = {event["id"]: event for event in events}
    earlier = _store_all(events_by_id.values(), postback, start=start)
    count_repairs(events)
    # Two copies of a postback may arrive together; only one is published:
    #
    #   0 ms  the first copy is stored, unpublished
    #   1 ms  the second copy finds it stored, unpublished and so recent that the first is still publishing it
    #   9 ms  the first copy is published and marked as published
    #
    # If the first function crashed instead, the next copy after IN_FLIGHT publishes the event, or the relay does.
    for event, stored in zip(events_by_id.values(), earlier, strict=True):
        if stored is None:
            _publish(event, start=start)
        elif not stored.published and datetime.now(UTC) - stored.received_at > IN_FLIGHT:
            _publish(stored.event, start=start)
    return Result("accepted" if None in earlier else "duplicate", tuple(events_by_id))


def _store_all(events: Iterable[EventDocument], postback: Postback, *, start: float) -> list[StoredEvent | None]:
    """Store all events of a postback before any is published; return each event's earlier stored version, if any.

    If one cannot be stored, the whole postback is parked, and the events stored so far are duplicates on the retry.
    """
    earlier: list[StoredEvent | None] = []
    for event in events:
        _check_time(LAST_PUT_SECONDS, start=start)
        earlier.append(store.put(event, postback))
    return earlier


def _publish(event: EventDocument, *, start: float) -> None:
    """Publish a stored event and mark it as published. On failure the relay publishes it later."""
    try:
        _check_time(LAST_PUBLICATION_SECONDS, start=start)
        topic.publish(event)
        store.mark_published(event["id"], published_at=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001  the event is still unpublished in the table
        logger.warning("Event is left to the relay", extra={"event_id": event["id"], **describe(error)})


def _check_time(seconds: int, *, start: float) -> None:
    if time.monotonic() - start > seconds:
        raise OutOfTimeError
