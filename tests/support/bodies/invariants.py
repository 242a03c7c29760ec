"""Invariants of any bytes that arrive through a live URL."""

import re
from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final
from unittest.mock import patch

import defusedxml.ElementTree

from callfire_events.envelope import EventDocument, to_json
from callfire_postbacks import ingest, parking
from callfire_postbacks.aws.attribute_values import from_attribute_value, to_attribute_value
from callfire_postbacks.formats.normalizing import normalize
from callfire_postbacks.formats.repairs.mend import mend
from callfire_postbacks.formats.unpacking.unpack import unpack
from callfire_postbacks.formats.unreadable import UnreadablePostbackError
from callfire_postbacks.formats.xml.document import WHITESPACE
from callfire_postbacks.formats.xml.parsing import parse
from callfire_postbacks.outbox import store, topic
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES, Postback
from callfire_postbacks.subscriptions import postback_urls
from tests.support.bodies.typed_forms import typed_forms
from tests.support.building import RECEIVED_AT
from tests.support.contract.closed_schemas import validator
from tests.support.costs import processor_time_below

SECONDS: Final = 2
"""Seconds of processor time that no body may take; the largest takes some 20 ms."""

_MESSAGE_BYTES: Final = 262_144


class Pipeline:
    """The pipeline without AWS: it collects the stored, published and rejected messages."""

    def __init__(self) -> None:
        self.stored: list[EventDocument] = []
        self.published: list[EventDocument] = []
        self.rejected: list[str] = []

    def take(self, body: bytes) -> str:
        """Process a body in the pipeline, and return its result. Raises any error of the pipeline."""
        with (
            patch.object(postback_urls, "is_live", lambda *_, **__: True),
            patch.object(store, "put", lambda event, _: self.stored.append(event)),
            patch.object(store, "mark_published", lambda *_, **__: None),
            patch.object(topic, "publish", self.published.append),
            patch.object(parking, "reject", lambda _, reason, **__: self.rejected.append(reason)),
        ):
            return ingest.process(_postback(body)).status


def _postback(body: bytes) -> Postback:
    return Postback(subscription="callfinish", token_hash="0" * 64, received_at=RECEIVED_AT, body=body)


def check(body: bytes) -> str:
    """Process a body, assert the invariants, and return "accepted", "repaired" or the reason of its refusal."""
    pipeline = Pipeline()
    with processor_time_below(SECONDS):
        status = pipeline.take(body)
    assert status in ("accepted", "rejected", "too-large")
    if status != "accepted":
        assert (status == "too-large") == (len(body) > MAX_MESSAGE_BODY_BYTES)
        assert not pipeline.stored
        assert len(pipeline.rejected) == (len(body) <= MAX_MESSAGE_BODY_BYTES)
        return (pipeline.rejected or [status])[0]
    assert pipeline.published == pipeline.stored
    for event in pipeline.stored:
        _check_event(event)
    kept = {words for event in pipeline.stored for words in _texts_in(event["data"])}
    is_repaired = all(event["data"].get("repairs") for event in pipeline.stored)
    assert is_repaired or _is_well_formed(body)
    for text in _texts_of(_documents(_postback(body)) if is_repaired else [body]):
        assert text in kept or typed_forms(text) & kept or any(text in other for other in kept)
    return "repaired" if is_repaired else "accepted"


def _check_event(event: EventDocument) -> None:
    validator(event["type"]).validate(event)
    assert from_attribute_value(to_attribute_value(event)) == event
    attributes = topic.attributes(event)
    assert all(value["StringValue"] for value in attributes.values())
    assert len(attributes) <= 10
    assert len(to_json(event).encode()) + sum(len(str(value)) for value in attributes.items()) < _MESSAGE_BYTES


def _is_well_formed(body: bytes) -> bool:
    try:
        parse(body)
    except UnreadablePostbackError:
        return False
    return True


def _documents(postback: Postback) -> list[bytes]:
    """Return the documents of a postback, unpacked and repaired, without those that are no postbacks."""
    try:
        unpacked = unpack(postback)
    except UnreadablePostbackError:
        return []
    if unpacked:
        return [document for content in unpacked[0] for document in _documents(content)]
    mended = postback if _is_well_formed(postback.body) else mend(postback)[0]
    try:
        normalize(mended, zone=UTC)
    except UnreadablePostbackError:
        return []
    return [mended.body] if _is_well_formed(mended.body) else []


def _texts_of(documents: list[bytes]) -> set[str]:
    """Return all texts of documents, trimmed, as the standard library parses them."""
    found: set[str] = set()
    for body in documents:
        text = body.lstrip(b"\xef\xbb\xbf\t\n\r ")  # as the parser does, unless it is UTF-16
        root = defusedxml.ElementTree.fromstring(text if text.startswith(b"<") else body)
        texts = (text for element in root.iter() for text in (element.text, element.tail, *element.attrib.values()))
        found |= {text.strip(WHITESPACE) for text in texts if text} - {""}
    return found


def _texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401  JSON
    """Return all texts in an event's data, including names of variables."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield re.sub(r'^.*\[@name="(.*)"\]$', r"\1", key, flags=re.DOTALL)
            yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    else:
        yield str(value)
