"""Arbitrary deliveries of v2 webhooks: JSON with known and unknown names, of any type."""

from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st

RESOURCE_TYPES: Final = [
    "OutboundCall",
    "InboundText",
    "OutboundText",
    "CallBroadcast",
    "ContactList",
    "OutboundTextDeliveryReport",
    "LowBalance",
]
EVENT_TYPES: Final = ["Finished", "Started", "Received", "ValidationFailed", "Updated"]

_NAMES: Final = [
    *(
        "id",
        "fromNumber",
        "toNumber",
        "state",
        "campaignId",
        "batchId",
        "contact",
        "inbound",
        "created",
        "modified",
        "labels",
        "attributes",
        "finalCallResult",
        "finalTextResult",
        "agentCall",
        "notes",
        "message",
    ),
    *(
        "media",
        "records",
        "billedAmount",
        "finishTime",
        "result",
        "originateTime",
        "answerTime",
        "duration",
        "questionResponses",
        "question",
        "response",
        "recordings",
        "mp3Url",
        "name",
        "text",
        "value",
        "properties",
    ),
    *(
        "firstName",
        "homePhone",
        "deleted",
        "actionId",
        "deliveryState",
        "timestamp",
        "size",
        "status",
        "lastModified",
        "lengthInBytes",
        "publicUrl",
        "callId",
        "type",
        "neu",
        "größe",
    ),
]
_AROUND: Final = [
    *(
        "events",
        "resource",
        "resourceType",
        "eventType",
        "timestamp",
        "webhookId",
        "value",
        "Call",
        "Text",
        "Broadcast",
    ),
    *("CallFinished", "TextNotification", "BroadcastStarted", "SubscriptionId", "CallRecord", "@id"),
]
_SCALARS: Final = [
    *(7420017300281076123, 12135550188, 1772471101000, 48, -1, 1.10, 10**18, True, False, None),
    *("", " ", "true", "XFER", "12135550188", "2026-03-02T17:04:05Z", "x" * 129, "9" * 200, "a\nb", "\0\x1b", "🎉 ñ"),
]


def _scalars() -> st.SearchStrategy[Any]:
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
    return st.sampled_from(_SCALARS) | st.text(letters, max_size=20)


def _objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(_NAMES), values, max_size=8)


def resources() -> st.SearchStrategy[Any]:
    """Generate resources of any shape: objects of scalars, lists and objects, with known or unknown names."""
    values = st.recursive(_scalars(), lambda inner: _objects(inner) | st.lists(inner, max_size=4), max_leaves=20)
    return _objects(values) | values


def documents() -> st.SearchStrategy[Any]:
    """Generate JSON of any shape, with the names of envelopes."""
    return st.recursive(
        _scalars(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_AROUND), inner, max_size=6),
        max_leaves=15,
    )


def leaves(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    """Return all texts of a value, as JSON writes them and trimmed, without empty ones."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif value is not None and str(value).strip(" \t\r\n"):
        yield str(value).strip(" \t\r\n")
