"""The built receive function, on the events of events/."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.stack import Stack
from tests.support.stack.lambda_emulator import Function
from tests.support.stored import stored
from tools.pages.lambda_events import EVENTS
from tools.samples import LATER_SAMPLES, SAMPLE_TOKEN, SAMPLES

pytestmark = pytest.mark.usefixtures("no_events")

ALL_SAMPLES = SAMPLES | LATER_SAMPLES
HTTP_EVENTS = sorted(file for kind in ALL_SAMPLES for file in EVENTS.glob(f"{kind}.*json"))


def read(file: Path) -> dict[str, Any]:
    """Read one Lambda event."""
    event: dict[str, Any] = json.loads(file.read_text())
    return event


def sample_of(file: Path) -> str:
    """Return the name of an event's sample: cloud/1 has several events per sample."""
    return file.stem if file.stem in ALL_SAMPLES else file.stem.partition(".")[0]


@pytest.mark.parametrize("file", HTTP_EVENTS, ids=lambda file: file.stem)
def test_each_event_is_accepted_stored_and_published(receive: Function, stack: Stack, file: Path) -> None:
    """In every form of the request, the postback is stored unchanged, and its event is published."""
    event = read(file)
    answer = receive.invoke(event)

    items = stored(stack)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "application/json")
    body = json.loads(answer["body"])
    assert body["status"] == "accepted"
    assert set(body.get("ids", [body["id"]])) == items.keys()
    received_at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
    for item in items.values():
        assert item["raw"] == ALL_SAMPLES[sample_of(file)]
        assert datetime.fromisoformat(item["event"]["recordedtime"]) == received_at
        assert "published_at" in item
        assert "unpublished" not in item


@pytest.mark.parametrize("kind", SAMPLES)
def test_forms_of_one_postback_are_one_event(receive: Function, stack: Stack, kind: str) -> None:
    """The same postback as text, as a form post and without a content type is one event, published once."""
    answers = [json.loads(receive.invoke(read(file))["body"]) for file in sorted(EVENTS.glob(f"{kind}.*json"))]

    assert [answer["status"] for answer in answers] == ["accepted", "duplicate", "duplicate"]
    assert {answer["id"] for answer in answers} == stored(stack).keys()


def test_unknown_token_gets_404(receive: Function, stack: Stack) -> None:
    """An unknown token of the right form gets 404, and nothing is stored."""
    event = read(HTTP_EVENTS[0])
    event["pathParameters"]["token"] = SAMPLE_TOKEN[::-1]

    assert receive.invoke(event)["statusCode"] == 404
    assert not stored(stack)


def test_log_holds_neither_token_nor_content(receive: Function) -> None:
    """A postback leaves one line of metrics in the log, without its URL's token or its content."""
    before = len(receive.log.read_text())
    receive.invoke(read(EVENTS / "text-received.json"))

    logged = receive.log.read_text()[before:]
    (metrics,) = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert metrics["PostbackAccepted"] == [1.0]
    for secret in (SAMPLE_TOKEN, "Reply message", "2132212289"):
        assert secret not in logged
