"""The CloudEvents 1.0 envelope of every event, stored and published as the same JSON."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NotRequired, TypedDict
from urllib.parse import quote

from callfire_events.parts import Agent, Attempt, CampaignStats, Contact, Cost, Media, Recording
from callfire_events.types import EventData

_PARTS: Final = {Agent, Attempt, CampaignStats, Contact, Cost, Media, Recording}
_TIMESTAMPS: Final = {"cloud1": datetime.isoformat}
"""The writer of timestamps, by wire format: cloud/1's keep the offset of their time zone, all others are in UTC."""
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class EventDocument(TypedDict):
    """An event as JSON, as it is stored and published. See CloudEvents 1.0, sections 3.1 and 3.2."""

    specversion: str
    id: str
    source: str
    type: str
    subject: NotRequired[str]
    """The resource that the event is about: "calls/111111"; absent if CallFire sends no id."""
    time: str
    """When it finished, or if unknown, when it was received: RFC 3339 in UTC with milliseconds, so that it sorts as
    text.
    """
    recordedtime: str
    """When we received it, in the same format (CloudEvents' recorded-time extension)."""
    datacontenttype: str
    dataschema: str
    data: dict[str, Any]


def build_document(data: EventData, *, id: str, finished_at: datetime | None, received_at: datetime) -> EventDocument:  # noqa: A002
    """Put an event's data into its envelope. Both times must have a time zone."""
    collection, identity = data.subject()
    document: EventDocument = {
        "specversion": "1.0",
        "id": id,
        "source": f"/callfire/campaigns/{quote(data.campaign_id, safe='')}" if data.campaign_id else "/callfire",
        "type": data.TYPE,
        "subject": f"{collection}/{identity}",
        "time": format_timestamp(finished_at or received_at),
        "recordedtime": format_timestamp(received_at),
        "datacontenttype": "application/json",
        "dataschema": f"urn:callfire-postbacks:schema:{data.TYPE}",
        "data": _data(data),
    }
    if not identity:
        del document["subject"]
    return document


def to_json(value: EventDocument | dict[str, Any]) -> str:
    """Return compact JSON with all characters unescaped: XML contains none that SNS would reject."""
    return _JSON.encode(value)


def format_timestamp(time: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds: "2010-03-24T22:58:53.000Z"."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def _data(data: EventData) -> dict[str, Any]:
    return _present(data, _TIMESTAMPS.get(data.wire_format, format_timestamp))


def _present(value: Any, write: Callable[[datetime], str]) -> dict[str, Any]:  # noqa: ANN401  an event's data or its part
    return {
        name: field if type(field) is str else _plain(field, write)
        for name, field in vars(value).items()
        if field is not None
    }


def _plain(field: Any, write: Callable[[datetime], str]) -> Any:  # noqa: ANN401  JSON
    if isinstance(field, datetime):
        return write(field)
    if type(field) in _PARTS:
        return _present(field, write)
    return [_plain(item, write) for item in field] if isinstance(field, list) else field
