"""Parse events, for consumers in Python: one call turns any record with an event into that event with typed data.

    from callfire_events import TextReceived, parse

    event = parse(record)
    if isinstance(event.data, TextReceived):
        print(event.id, event.data.phone_number, event.data.message)

The module needs only the standard library, and no function of this application loads it. It also reads events of
later 1.x releases: fields that it does not know are not in `data`, but in `document`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args, get_origin

from callfire_events.envelope import EventDocument
from callfire_events.types import EventData

_TYPES: Final[dict[str, type[EventData]]] = {kind.TYPE: kind for kind in get_args(EventData)}


class NotAnEventError(ValueError):
    """The record contains no event, or an incomplete one."""


class UnknownTypeError(NotAnEventError):
    """The record contains an event of a type unknown to this release.

    A filter policy on `type` excludes such events.
    """

    def __init__(self, type: str) -> None:  # noqa: A002  CloudEvents' name for it
        super().__init__(f"The event is of the type {type}, which this release does not know.")
        self.type = type


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event: the envelope's fields that differ between events, and its data."""

    id: str
    """The same for every delivery of the same postback: use it as the idempotency key."""
    source: str
    type: str
    subject: str | None
    time: datetime
    recordedtime: datetime
    data: EventData
    document: EventDocument
    """The whole event, unchanged."""


def parse(record: Mapping[str, Any] | str) -> Event:
    """Return the event in a record, however it was delivered.

    A record is a Lambda record from SQS or SNS, an SQS message from boto3, an SNS request to a webhook, EventBridge's
    `detail` or a line of an archive, as text or parsed, with or without SNS's own envelope (raw delivery).

    Raises:
        NotAnEventError: The record contains no event, or an incomplete one.
        UnknownTypeError: The event has an unknown type.
    """
    document = _document(record)
    kind = _TYPES.get(document["type"])
    if kind is None:
        raise UnknownTypeError(document["type"])
    try:
        return Event(
            id=document["id"],
            source=document["source"],
            type=document["type"],
            subject=document.get("subject"),
            time=datetime.fromisoformat(document["time"]),
            recordedtime=datetime.fromisoformat(document["recordedtime"]),
            data=_typed(kind, document["data"]),
            document=cast("EventDocument", document),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAnEventError("The event lacks a required field, or has it in another form.") from error


def _document(carrier: Any) -> dict[str, Any]:  # noqa: ANN401  any part of a record
    """Unwrap the layers around an event, one by one."""
    match carrier:
        case {"specversion": "1.0", "type": str()}:
            return dict(carrier)
        case (
            {"detail-type": _, "detail": inner}
            | {"Sns": inner}
            | {"Message": str(inner)}
            | {"body": str(inner)}
            | {"Body": str(inner)}
        ):
            return _document(inner)
        case str():
            try:
                parsed = json.loads(carrier)
            except (ValueError, RecursionError):
                raise NotAnEventError("The message is not JSON.") from None
            return _document(parsed)
    raise NotAnEventError("The record contains no CloudEvents 1.0 event.")


def _typed(kind: type[Any], values: Mapping[str, Any]) -> Any:  # noqa: ANN401  an instance of kind
    hints = {field.name: field.type for field in fields(kind)}
    return kind(**{name: _converted(value, hints[name]) for name, value in values.items() if name in hints})


def _converted(value: Any, hint: Any) -> Any:  # noqa: ANN401  JSON in, a value of the field's type out
    """Turn a timestamp into a datetime, and a part, or each part of a list, into its class. Return others unchanged."""
    for option in get_args(hint):
        if option is datetime:
            return datetime.fromisoformat(value)
        if is_dataclass(option):
            return _typed(cast("type[Any]", option), value)
        if get_origin(option) is list and is_dataclass(get_args(option)[0]):
            return [_typed(get_args(option)[0], item) for item in value]
    return value
