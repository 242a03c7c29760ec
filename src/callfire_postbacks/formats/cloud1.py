"""CallFire's cloud/1 callbacks: <call-finished>, which is a call or a text, and <campaign-finished>.

Element names and examples are CallFire's documentation of its callbacks; which of the three events a
<call-finished> is, and what a disposition means, is inferred.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final

from callfire_events.types import (
    Agent,
    CallFinished,
    CampaignFinished,
    CampaignStats,
    EventData,
    Outcome,
    TextReceived,
    TextSent,
)
from callfire_postbacks.formats.fields import Fields, count, dollars, label, phone_number, read_timestamp, text

WIRE_FORMAT: Final = "cloud1"

# An unlisted code is normal, and its outcome is "other".
_OUTCOMES: Final[dict[str, Outcome]] = {
    "LA": "answered",
    "AM": "answering_machine",
    "TRANSFER": "transferred",
    "XFER": "transferred",
    "XFER_LEG": "transferred",
    "BUSY": "busy",
    "NO_ANS": "no_answer",
    "DNC": "do_not_call",
    "DNT": "do_not_call",
    "SENT": "sent",
    "RECEIVED": "received",
    "UNDIALED": "undialed",
    "TOO_BIG": "failed",
    "INVALID_NUMBER": "failed",
    "INTERNAL_ERROR": "failed",
    "CARRIER_ERROR": "failed",
    "CARRIER_TEMP_ERROR": "failed",
}

_STATS: Final = {  # our name: CallFire's
    "total": "total",
    "dialed": "dialed",
    "live": "live",
    "machine": "machine",
    "no_answer": "noanswer",
    "do_not_call": "dnc",
    "busy": "busy",
    "transferred": "transfer",
    "error": "error",
    "misc": "misc",
}


def read_call_finished(fields: Fields, zone: tzinfo) -> tuple[EventData, datetime | None]:
    """Read a <call-finished> as the event it is, and when that finished: start plus duration."""
    in_zone = partial(read_timestamp, zone=zone)
    started = fields.take("callstart", in_zone)
    duration = fields.take("duration", count)
    finished = started.astimezone(UTC) + timedelta(seconds=duration or 0) if started else None

    responded = fields.take("responsetime", in_zone)
    zone_assumed = any(time and time.tzinfo is zone for time in (started, responded))
    agent = Agent(
        id=fields.take("agentid", label),
        response=fields.take("agentresponse", text),
        responded_at=responded.isoformat() if responded else None,
    )
    disposition = fields.take("disposition", label)
    identity = fields.take("callid", label)
    contact: dict[str, Any] = {
        "campaign_id": fields.take("campaignid", label),
        "phone_number": fields.take("phonenumber", phone_number),
        "callfire_number": fields.take("dnis", phone_number),
        "tags": fields.take_all("tags/tag"),
        "disposition": disposition,
        "duration_seconds": duration,
        "started_at": started.isoformat() if started else None,
        "notes": fields.take("notes", text),
        "extra_data": fields.take("extra-data", text),
        "agent": agent if agent != Agent() else None,
        "stored_data": fields.take_named("stored-data/var"),
        "recordings": fields.take_all("recordings/file"),
        "assumed_time_zone": str(zone) if zone_assumed else None,
        "wire_format": WIRE_FORMAT,
    }

    # An empty element says nothing, so a reply without words is known by the campaign it answers.
    message = fields.take("smsReceived", text)
    reply_to = fields.take("replyFromCampaign", label)
    if message or reply_to:
        contact |= {"outcome": "received", "text_id": identity, "message": message, "reply_to_campaign_id": reply_to}
        return TextReceived(**contact, unrecognized=fields.rest()), finished

    outcome = _OUTCOMES.get((disposition or "").upper(), "other")
    message = fields.take("smsSent", text)
    if message:
        # A text that went out carries LA, the code of an answered call, or none.
        contact["outcome"] = "sent" if disposition is None or outcome == "answered" else outcome
        return TextSent(**contact, text_id=identity, message=message, unrecognized=fields.rest()), finished

    return CallFinished(**contact, call_id=identity, outcome=outcome, unrecognized=fields.rest()), finished


def read_campaign_finished(fields: Fields, zone: tzinfo) -> tuple[EventData, datetime | None]:  # noqa: ARG001
    """Read a <campaign-finished>. It holds no time, so when it finished is None."""
    stats = CampaignStats(**{
        ours: fields.take(f"campaign/campaign-stats/{theirs}", count) for ours, theirs in _STATS.items()
    })
    return CampaignFinished(
        campaign_id=fields.take("campaign/id", label),
        name=fields.take("campaign/name", text),
        status=fields.take("campaign/status", text),
        cost=fields.take("campaign/cost", dollars),
        stats=stats if stats != CampaignStats() else None,
        wire_format=WIRE_FORMAT,
        unrecognized=fields.rest(),
    ), None
