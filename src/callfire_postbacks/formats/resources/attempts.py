"""The attempts of a call or text: one CallFire record each. The latest attempt gives the result."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from callfire_events.parts import Attempt, Recording
from callfire_postbacks.formats.trees.record import Record
from callfire_postbacks.formats.values.scalars import count, identifier, phone_number, read_time
from callfire_postbacks.formats.values.typed import label, text

RESULT: Final = "result callResult textResult Result"
"""v2's webhooks use `result`, its REST samples `callResult`."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class TimedAttempt(NamedTuple):
    """An attempt, with times that can be compared."""

    attempt: Attempt
    started_at: datetime | None
    finished_at: datetime | None


def read_attempt(record: Record) -> TimedAttempt:
    """Read one record of an attempt to call or text."""
    originated = record.take("originateTime OriginateTime", read_time)
    answered = record.take("answerTime AnswerTime", read_time)
    finished = record.take("finishTime FinishTime", read_time)
    duration = record.take("duration Duration", count)
    attempt = Attempt(
        id=record.take("id @id", identifier),
        disposition=record.take(RESULT, label),
        started_at=originated,
        answered_at=answered,
        finished_at=finished,
        duration_seconds=duration,
        billed_amount=record.take("billedAmount BilledAmount", label),
        to_number=record.take("toNumber ToNumber", phone_number),
        message=record.take("message Message", text),
        tags=record.take_all("labels Label", "name", "Name") or None,
        notes="\n".join(record.take_all("notes Note", "text", "Text")) or None,
        recordings=[part for part in map(_recording, record.records("recordings RecordingMeta")) if part] or None,
    )
    started = originated or answered
    if started and not finished:
        finished = started + timedelta(seconds=duration or 0)
    return TimedAttempt(attempt, started, finished)


def latest(attempts: list[TimedAttempt]) -> TimedAttempt | None:
    """Return the attempt that finished last; if none has a time, the last one in the list."""
    in_order = sorted(attempts, key=lambda timed: timed.finished_at or timed.started_at or _NEVER)
    return in_order[-1] if in_order else None


def _recording(record: Record) -> Recording | None:
    recording = Recording(
        id=record.take("id @id", identifier),
        name=record.take("name Name", text),
        state=record.take("state State", label),
        created_at=record.take("created Created", read_time),
        duration_seconds=record.take("lengthInSeconds LengthInSeconds", count),
        size_bytes=record.take("lengthInBytes LengthInBytes", count),
        hash=record.take("hash Hash", label),
    )
    return None if recording == Recording() else recording
