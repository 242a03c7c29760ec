"""The pipeline of a postback: authenticate, normalize, store, publish."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from callfire_events.envelope import EventDocument
from callfire_postbacks import parking, settings, signature
from callfire_postbacks.formats import normalize
from callfire_postbacks.formats.xml import UnreadablePostbackError
from callfire_postbacks.observability import count_repairs, describe, logger
from callfire_postbacks.outbox import store, topic
from callfire_postbacks.outbox.store import StoredEvent
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES, Postback, Result
from callfire_postbacks.subscriptions import postback_urls

MAX_BODY_BYTES: Final = 65_536
"""The largest postback that is read, some fifty times a real one. No event made of so much can outgrow an SNS
message (256 KiB) or a DynamoDB item (400 KiB), in whatever encoding it came, so none has to be cut or split."""

IN_FLIGHT: Final = timedelta(seconds=30)
"""How long the function that stored an event may still be about to publish it: receive's timeout and a margin."""

LAST_PUT_SECONDS: Final = 10
LAST_PUBLICATION_SECONDS: Final = 14
"""Until when, in seconds, a postback may begin to store or to publish one more event, see aws/clients.py."""


class OutOfTimeError(Exception):
    """There is too little time left to store or to publish the other events of a postback."""


def receive(postback: Postback) -> Result:
    """Process a postback, and park it if it cannot be stored. Never raises."""
    try:
        return process(postback)
    except Exception as error:  # noqa: BLE001  whatever went wrong, the postback is kept
        logger.error("Postback cannot be stored", extra=describe(error))
    try:
        parking.park(postback)
    except Exception as error:  # noqa: BLE001  nothing durable is left to try
        logger.critical("Postback cannot be parked either", extra=describe(error))
        return Result("unavailable", detail="Nothing can be stored now; send it again.")
    return Result("parked")


def process(postback: Postback) -> Result:
    """Process a postback once. Raises where it could neither be stored nor rejected."""
    began = time.monotonic()
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
    flaw = signature.find_flaw(postback) if is_signed is False else None
    if flaw and postback_urls.is_proven(postback.subscription):
        reason = f"signature-{flaw}"
        parking.reject(postback, reason)
        return Result("rejected", reason=reason, detail="CallFire signs what it posts through this URL.", flaw=flaw)
    return _keep(postback, began=began)._replace(flaw=flaw)


def _keep(postback: Postback, *, began: float) -> Result:
    """Normalize, store and publish a postback, or reject it."""
    try:
        events = normalize(postback, zone=settings.receiving().time_zone)
    except UnreadablePostbackError as error:
        parking.reject(postback, error.reason, position=error.position)
        return Result("rejected", reason=error.reason, detail=error.detail)
    events_by_id = {event["id"]: event for event in events}
    earlier = _store_all(events_by_id.values(), postback, began=began)
    count_repairs(events)
    # Two copies of a postback may arrive together; only one is published:
    #
    #   0 ms  the first copy is stored, unpublished
    #   1 ms  the second finds it stored and unpublished, but so young that the first must still be at it
    #   9 ms  the first publishes it and marks it published
    #
    # If the first died instead, the next copy after IN_FLIGHT publishes, or the relay does.
    for event, stored in zip(events_by_id.values(), earlier, strict=True):
        if stored is None:
            _publish(event, began=began)
        elif not stored.published and datetime.now(UTC) - stored.received_at > IN_FLIGHT:
            _publish(stored.event, began=began)
    return Result("accepted" if None in earlier else "duplicate", tuple(events_by_id))


def _store_all(events: Iterable[EventDocument], postback: Postback, *, began: float) -> list[StoredEvent | None]:
    """Store the events of a postback, before any of them is published; return what was stored of each before.

    Where one cannot be stored, the postback is parked as a whole, and those before it are duplicates the next time.
    """
    earlier: list[StoredEvent | None] = []
    for event in events:
        _check_time(LAST_PUT_SECONDS, began=began)
        earlier.append(store.put(event, postback))
    return earlier


def _publish(event: EventDocument, *, began: float) -> None:
    """Publish an event and mark it published. The event is stored, so what fails here is left to the relay."""
    try:
        _check_time(LAST_PUBLICATION_SECONDS, began=began)
        topic.publish(event)
        store.mark_published(event["id"], published_at=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001  the item still says that the event is unpublished
        logger.warning("Event is left to the relay", extra={"event_id": event["id"], **describe(error)})


def _check_time(seconds: int, *, began: float) -> None:
    if time.monotonic() - began > seconds:
        raise OutOfTimeError
