"""The door: what API Gateway hands over, and what it is answered."""

import json
import os
from typing import Any, cast

import pytest

from callfire_postbacks.functions import receive
from callfire_postbacks.ingest import MAX_BODY_BYTES
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES
from tests.support.aws_faults import answering, only_for, refusal
from tests.support.building import TOKEN, call, element, normalize, request
from tests.support.contents import items, parked, rejected
from tests.support.lambda_context import Context
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("subscribed")


def answer(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body of what a request is answered; the content type is that of the body."""
    response = receive.handler(event, cast("Any", Context()))
    kind = "application/json" if response["statusCode"] < 300 else "application/problem+json"
    assert response["headers"] == {"content-type": kind}
    return response["statusCode"], json.loads(response["body"])


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("content_type", ["application/xml", "application/x-www-form-urlencoded", ""])
def test_accepts_every_form(kind: str, content_type: str) -> None:
    """A postback is accepted as text and in base64, whatever its content type, and is the same event."""
    event_id = normalize(SAMPLES[kind])["id"]
    assert answer(request(SAMPLES[kind], content_type=content_type)) == (200, {"status": "accepted", "id": event_id})
    assert answer(request(SAMPLES[kind])) == (200, {"status": "duplicate", "id": event_id})


@pytest.mark.parametrize("codec", ["iso-8859-1", "utf-16", "windows-1252"])
def test_bytes_go_to_the_parser_as_they_came(codec: str) -> None:
    """What API Gateway hands over in base64 is read in its own encoding."""
    written = f'<?xml version="1.0" encoding="{codec}"?><call-finished><notes>café</notes></call-finished>'
    assert answer(request(written.encode(codec)))[0] == 200
    assert items()[0]["event"]["M"]["data"]["M"]["notes"] == {"S": "café"}


def test_text_is_the_bytes_it_came_as() -> None:
    """A body that API Gateway takes for text keeps its characters; half a character in it is no crash."""
    body = call(element("notes", "日本語 🎉"))
    assert answer(request(body, content_type="application/xml"))[1]["id"] == normalize(body)["id"]
    event = request() | {"isBase64Encoded": False, "body": "<call-finished>\ud800</call-finished>"}
    assert answer(event)[1]["status"] == "accepted"


@pytest.mark.parametrize("missing", [True, False])
def test_empty_body(*, missing: bool) -> None:
    """No body and an empty body are the same: kept, and rejected by name."""
    event = request(b"") | {"isBase64Encoded": False}
    if missing:
        del event["body"]
    assert answer(event) == (202, {"status": "rejected", "reason": "empty-body", "detail": "The body is empty."})
    assert [reason for reason, _ in rejected()] == ["empty-body"]


@pytest.mark.parametrize(
    ("subscription", "token"),
    [("callfinish", "w" * 43), ("callfinish", "short"), ("campaignfinish", TOKEN), ("elsewhere", TOKEN), ("", "")],
)
def test_wrong_url_is_told_nothing(subscription: str, token: str) -> None:
    """Whatever is wrong with a URL, the answer is the same, and nothing is kept."""
    event = request(subscription=subscription, token=token)
    assert answer(event) == (404, {"type": "about:blank", "title": "Not Found", "status": 404})
    assert (items(), parked(), rejected()) == ([], [], [])


def test_malformed_url_costs_no_look_up(aws_calls: list[str]) -> None:
    """What cannot be one of our URLs is refused before AWS is asked."""
    answer(request(token="short"))
    assert aws_calls == []


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, MAX_MESSAGE_BODY_BYTES])
def test_too_large_to_read(size: int) -> None:
    """A body beyond the limit is kept and accepted as far as a message holds it."""
    status, told = answer(request(b"<" * size))
    assert (status, told["status"], told["reason"]) == (202, "rejected", "too-large")
    assert [reason for reason, _ in rejected()] == ["too-large"]


@pytest.mark.parametrize("size", [MAX_MESSAGE_BODY_BYTES + 1, 10_000_000])
def test_too_large_to_keep(size: int) -> None:
    """A body that no message holds is refused as that, however large it is."""
    status, problem = answer(request(b"<" * size))
    assert (status, problem["type"]) == (413, "urn:callfire-postbacks:problem:too-large")
    assert rejected() == []


@pytest.mark.parametrize("body", [b"{}", b"<" * (MAX_BODY_BYTES + 1)], ids=["unreadable", "too large"])
def test_what_the_rejected_queue_does_not_take(body: bytes) -> None:
    """Where the rejected queue fails the postback is parked, and answered 2xx for that; where both fail it is not."""
    rejected_queue = os.environ["REJECTED_QUEUE_URL"].rpartition("/")[2]
    with answering("sqs.SendMessage", only_for(rejected_queue, refusal("AccessDenied"))):
        assert answer(request(body)) == (202, {"status": "parked"})
    assert [one.body for one in parked()] == [body]
    with answering("sqs", refusal("AccessDenied")):
        assert answer(request(body))[0] == 503


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("token", [TOKEN, "w" * 43, "short"], ids=["live", "wrong", "malformed"])
def test_looking_at_a_url(aws_calls: list[str], method: str, token: str) -> None:
    """A GET or HEAD is told to POST, the same for every URL and without a lookup, so it says nothing of the URL."""
    event = request(token=token)
    event["requestContext"]["http"]["method"] = method
    del event["body"]
    response = receive.handler(event, cast("Any", Context()))
    assert (response["statusCode"], response["headers"]["allow"]) == (405, "POST")
    assert json.loads(response["body"]) == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "A postback is sent by POST.",
    }
    assert aws_calls == []


def test_parked() -> None:
    """A postback that cannot be stored is accepted for later, without an id."""
    with answering("dynamodb.PutItem", refusal("AccessDeniedException")):
        assert answer(request()) == (202, {"status": "parked"})


def test_unavailable() -> None:
    """Where nothing durable can be written the sender is told so, and to send it again."""
    with (
        answering("dynamodb", refusal("AccessDeniedException")),
        answering("sqs", refusal("AccessDenied")),
    ):
        status, problem = answer(request())
    assert (status, problem["title"]) == (503, "Service Unavailable")
    assert "again" in problem["detail"]


def test_received_when_api_gateway_says() -> None:
    """The time of receipt is API Gateway's, to the millisecond."""
    event = request()
    event["requestContext"]["timeEpoch"] = 1_767_268_800_123
    answer(event)
    assert items()[0]["received_at"] == {"S": "2026-01-01T12:00:00.123Z"}
