"""CallFire's cloud/1 callbacks: <call-finished>, which is a call or a text, and <campaign-finished>.

Element names and examples come from CallFire's documentation of its callbacks. The mapping of a <call-finished> to
one of three events and the meaning of dispositions are inferred.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final

from callfire_events import CallFinished, CampaignFinished, EventData, TextReceived, TextSent
from callfire_events.parts import Agent, CampaignStats
from callfire_postbacks.formats.values.outcomes import outcome_of
from callfire_postbacks.formats.values.typed import count, dollars, label, phone_number, read_timestamp, text
from callfire_postbacks.formats.xml.fields import Fields
from callfire_postbacks.formats.xml.matching import known_names

WIRE_FORMAT: Final = "cloud1"

CALL_FINISHED: Final = known_names(
    texts=(
        "smsSent",
        "smsReceived",
        "notes",
        "extra-data",
        "agentresponse",
        "tags/tag",
        "stored-data/var",
    ),
    others=(
        "callid",
        "campaignid",
        "phonenumber",
        "dnis",
        "replyFromCampaign",
        "disposition",
        "duration",
        "callstart",
        "agentid",
        "responsetime",
        "tags",
        "stored-data",
        "stored-data/var/@name",
        "recordings",
        "recordings/file",
    ),
)

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


CAMPAIGN_FINISHED: Final = known_names(
    texts=("campaign/name", "campaign/status"),
    others=(
        "campaign",
        "campaign/id",
        "campaign/cost",
        "campaign/campaign-stats",
        *(f"campaign/campaign-stats/{name}" for name in _STATS.values()),
    ),
)


def read_call_finished(fields: Fields, zone: tzinfo) -> tuple[EventData, datetime | None]:
    """Read a <call-finished> as a call or text event. Also returns when that finished: start plus duration."""
    in_zone = partial(read_timestamp, zone=zone)
    started = fields.take("callstart", in_zone)
    duration = fields.take("duration", count)
    finished = started.astimezone(UTC) + timedelta(seconds=duration or 0) if started else None

    responded = fields.take("responsetime", in_zone)
    zone_assumed = (started and started.tzinfo is zone) or (responded and responded.tzinfo is zone)
    agent_id, response = fields.take("agentid", label), fields.take("agentresponse", text)
    agent = None
    if agent_id or response or responded:
        agent = Agent(id=agent_id, response=response, responded_at=responded)
    disposition = fields.take("disposition", label)
    identity = fields.take("callid", label)
    contact: dict[str, Any] = {
        "campaign_id": fields.take("campaignid", label),
        "phone_number": fields.take("phonenumber", phone_number),
        "callfire_number": fields.take("dnis", phone_number),
        "tags": fields.take_all("tags/tag"),
        "disposition": disposition,
        "duration_seconds": duration,
        "started_at": started,
        "notes": fields.take("notes", text),
        "extra_data": fields.take("extra-data", text),
        "agent": agent,
        "stored_data": fields.take_named("stored-data/var"),
        "recordings": fields.take_all("recordings/file"),
        "assumed_time_zone": str(zone) if zone_assumed else None,
        "wire_format": WIRE_FORMAT,
    }

    # Test for the element, not for its text: a picture or a blank reply has no text.
    if fields.has("smsReceived"):
        received = TextReceived(
            **contact,
            outcome="received",
            text_id=identity,
            message=fields.take("smsReceived", text),
            reply_to_campaign_id=fields.take("replyFromCampaign", label),
            unrecognized=fields.rest(),
        )
        return received, finished

    outcome = outcome_of(disposition)
    if fields.has("smsSent"):
        # A text that was sent carries LA, the code of an answered call, or no code.
        if disposition is None or outcome == "answered":
            outcome = "sent"
        message = fields.take("smsSent", text)
        return TextSent(
            **contact, outcome=outcome, text_id=identity, message=message, unrecognized=fields.rest()
        ), finished

    return CallFinished(**contact, outcome=outcome, call_id=identity, unrecognized=fields.rest()), finished


def read_campaign_finished(fields: Fields, zone: tzinfo) -> tuple[EventData, datetime | None]:  # noqa: ARG001
    """Read a <campaign-finished>. It contains no time, so the returned time is None."""
    stats = {ours: fields.take(f"campaign/campaign-stats/{theirs}", count) for ours, theirs in _STATS.items()}
    has_stats = any(number is not None for number in stats.values())
    return CampaignFinished(
        campaign_id=fields.take("campaign/id", label),
        name=fields.take("campaign/name", text),
        status=fields.take("campaign/status", text),
        cost=fields.take("campaign/cost", dollars),
        stats=CampaignStats(**stats) if has_stats else None,
        wire_format=WIRE_FORMAT,
        unrecognized=fields.rest(),
    ), None
