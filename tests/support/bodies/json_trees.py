"""Arbitrary deliveries of v2 webhooks and notifications of API 1.1: JSON with known and unknown names, of any type."""

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
    *("id", "fromNumber", "toNumber", "state", "campaignId", "batchId", "contact", "inbound", "created"),
    *("modified", "labels", "attributes", "finalCallResult", "finalTextResult", "agentCall", "notes"),
    *("message", "media", "records", "billedAmount", "finishTime", "result", "originateTime", "answerTime"),
    *("duration", "questionResponses", "question", "response", "recordings", "mp3Url", "name", "text", "value"),
    *("properties", "firstName", "homePhone", "deleted", "actionId", "deliveryState", "timestamp", "size"),
    *("status", "lastModified", "lengthInBytes", "publicUrl", "callId", "type", "neu", "größe"),
]
_API11_NAMES: Final = [
    *("@id", "FromNumber", "ToNumber", "@ClientData", "value", "State", "BatchId", "BroadcastId", "ContactId"),
    *("Inbound", "Created", "Modified", "FinalResult", "Label", "Name", "Note", "Text", "AgentCall", "Message"),
    *("CallRecord", "TextRecord", "Result", "FinishTime", "BilledAmount", "OriginateTime", "AnswerTime"),
    *("Duration", "QuestionResponse", "Question", "Response", "RecordingMeta", "LengthInSeconds", "Link"),
    *("SwitchId", "CallId", "Status", "LastModified", "Type", "VoiceBroadcastConfig", "Tomorrow"),
]
_AROUND: Final = [
    *("events", "resource", "resourceType", "eventType", "timestamp", "webhookId", "value", "Call", "Text"),
    *("Broadcast", "CallFinished", "TextNotification", "BroadcastStarted", "SubscriptionId", "CallRecord", "@id"),
]
_SCALARS: Final = [
    *(7420017300281076123, 12135550188, 1772471101000, 48, -1, 1.10, 10**18, True, False, None, "", " "),
    *("true", "XFER", "RUNNING", "48.0", "1.2135550188E10", "12135550188", "2026-03-02T17:04:05Z", "x" * 129),
    *("9" * 200, "a\nb", "\0\x1b", "🎉 ñ"),
]


def _scalars() -> st.SearchStrategy[Any]:
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
    return st.sampled_from(_SCALARS) | st.text(letters, max_size=20)


def resources() -> st.SearchStrategy[Any]:
    """Generate v2's resources of any shape: objects of scalars, lists and objects, with known or unknown names."""
    return _resources(_NAMES)


def api11_resources() -> st.SearchStrategy[Any]:
    """Generate the same for API 1.1."""
    return _resources(_API11_NAMES)


def _resources(names: list[str]) -> st.SearchStrategy[Any]:
    def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.dictionaries(st.sampled_from(names), values, max_size=8)

    values = st.recursive(_scalars(), lambda inner: objects(inner) | st.lists(inner, max_size=4), max_leaves=20)
    return objects(values) | values


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
