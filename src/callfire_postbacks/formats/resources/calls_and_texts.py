"""Calls, texts and delivery reports."""

from datetime import datetime
from typing import Any, Final

from callfire_events import CallFinished, TextDeliveryReported, TextReceived, TextSent
from callfire_events.parts import Attempt
from callfire_postbacks.formats.resources.attempts import latest, read_attempt
from callfire_postbacks.formats.resources.people import read_answers, read_contact, read_media
from callfire_postbacks.formats.resources.reading import Reading
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.values.outcomes import outcome_of
from callfire_postbacks.formats.values.scalars import flag, identifier, phone_number, read_time
from callfire_postbacks.formats.values.typed import label, text

_FROM: Final = "fromNumber FromNumber"
_TO: Final = "toNumber ToNumber"
_MESSAGE: Final = "message Message"
_RECORDINGS: Final = "recordings RecordingMeta"
_DIRECTIONS: Final[dict[bool | None, str]] = {True: "inbound", False: "outbound"}


def read_call(record: Record, *, inbound: bool | None) -> Reading:
    """Read a call; `inbound` is the direction given by its context, used only if the call itself states none."""
    identity = record.take("id @id", identifier)
    fields, finished_at = _read_contact_event(record, inbound, identity)
    fields |= {
        "outcome": outcome_of(fields["disposition"]),
        "call_id": identity,
        "agent_call": record.take("agentCall AgentCall", flag),
    }
    return Reading(CallFinished, fields, finished_at)


def read_text(record: Record, *, inbound: bool | None) -> Reading:
    """Read a text. Without a stated direction its result decides: only a received text is RECEIVED."""
    identity = record.take("id @id", identifier)
    message = record.take(_MESSAGE, text)
    attempts = record.records("records TextRecord")
    for attempt in reversed(attempts):
        message = message or attempt.take(_MESSAGE, text)
        attempt.drop(_MESSAGE, message)
    media = [part for part in map(read_media, record.records("media Media")) if part]
    if inbound is None:
        inbound = (record.peek("finalTextResult FinalResult") or "SENT").upper() == "RECEIVED"
    fields, finished_at = _read_contact_event(record, inbound, identity)
    fields |= {"text_id": identity, "message": message, "media": media or None}
    if fields["direction"] == "inbound":
        return Reading(TextReceived, fields | {"outcome": "received"}, finished_at)
    return Reading(TextSent, fields | {"outcome": outcome_of(fields["disposition"])}, finished_at)


def read_delivery_report(record: Record) -> Reading:
    """Read a carrier's delivery report on a sent text."""
    reported = record.take("timestamp", read_time)
    fields = {
        "text_id": record.take("actionId", identifier),
        "report_id": record.take("id", identifier),
        "campaign_id": record.take("campaignId", identifier),
        "phone_number": record.take(_TO, phone_number),
        "callfire_number": record.take(_FROM, phone_number),
        "delivery_state": record.take("deliveryState", label),
        "delivery_category": record.take("deliveryCategory", label),
        "reported_at": reported,
    }
    return Reading(TextDeliveryReported, fields, reported)


def _read_contact_event(
    record: Record,
    inbound: bool | None,  # noqa: FBT001  as `read_call` has it
    identity: str | None,
) -> tuple[dict[str, Any], datetime | None]:
    """Read the fields that calls and texts share."""
    stated = record.take("inbound Inbound", flag)
    inbound = inbound if stated is None else stated
    campaign_id = record.take("campaignId BroadcastId", identifier)
    extra_data = "\n".join(data for to in record.records(_TO) for data in to.take_all("@ClientData ClientData"))
    created, modified = record.take("created Created", read_time), record.take("modified Modified", read_time)
    parts = record.records("records CallRecord TextRecord")
    recordings = [recording for part in parts for recording in part.records(_RECORDINGS)]
    for recording in recordings:
        recording.drop("callId CallId", identity)
        recording.drop("campaignId BroadcastId", campaign_id)
    answers = [answer for part in parts for answer in part.records("questionResponses QuestionResponse")]
    fields: dict[str, Any] = {
        "campaign_id": campaign_id,
        "batch_id": record.take("batchId BatchId", identifier),
        "direction": _DIRECTIONS.get(inbound),
        "state": record.take("state State", label),
        "tags": record.take_all("labels Label", "name", "Name") or None,
        "notes": "\n".join(record.take_all("notes Note", "text", "Text")) or None,
        "extra_data": extra_data or None,
        "created_at": created,
        "modified_at": modified,
        "contact": read_contact(record),
        "attributes": record.take_map("attributes") or None,
        "stored_data": read_answers(answers) or None,
        "recordings": [url for recording in recordings for url in recording.take_all("mp3Url Link")] or None,
    }
    if inbound is not None:
        ours, theirs = (_TO, _FROM) if inbound else (_FROM, _TO)
        fields |= {
            "callfire_number": record.take(ours, phone_number),
            "phone_number": record.take(theirs, phone_number),
        }
    attempts = [read_attempt(part) for part in parts]
    last = latest(attempts)
    disposition = record.take("finalCallResult finalTextResult FinalResult", label)
    started, finished = (last.started_at, last.finished_at) if last else (None, None)
    return fields | {
        "disposition": disposition or (last.attempt.disposition if last else None),
        "duration_seconds": last.attempt.duration_seconds if last else None,
        "started_at": started or created,
        "attempts": [timed.attempt for timed in attempts if timed.attempt != Attempt()] or None,
    }, finished or modified or created
