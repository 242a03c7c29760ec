"""The receive handler: API Gateway's requests and the answers to them."""

import json
import os
from typing import Any, cast

import pytest

from callfire_postbacks.functions import receive
from callfire_postbacks.ingest import MAX_BODY_BYTES
from callfire_postbacks.postback import MAX_MESSAGE_BODY_BYTES
from tests.support.aws.faults import answering, only_for, refusal
from tests.support.building import TOKEN, call, element, normalize, request
from tests.support.contents import items, parked, rejected
from tests.support.lambda_context import Context
from tests.support.receiving import answer
from tools.samples import SAMPLES

pytestmark = pytest.mark.usefixtures("subscribed")


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("content_type", ["application/xml", "application/x-www-form-urlencoded", ""])
def test_accepts_every_form(kind: str, content_type: str) -> None:
    """A postback is accepted as text and in base64, with any content type, and becomes the same event."""
    event_id = normalize(SAMPLES[kind])["id"]
    assert answer(request(SAMPLES[kind], content_type=content_type)) == (200, {"status": "accepted", "id": event_id})
    assert answer(request(SAMPLES[kind])) == (200, {"status": "duplicate", "id": event_id})


@pytest.mark.parametrize("codec", ["iso-8859-1", "utf-16", "windows-1252"])
def test_bytes_go_to_the_parser_as_they_came(codec: str) -> None:
    """A base64 body is decoded and parsed in its own encoding."""
    written = f'<?xml version="1.0" encoding="{codec}"?><call-finished><notes>café</notes></call-finished>'
    assert answer(request(written.encode(codec)))[0] == 200
    assert items()[0]["event"]["M"]["data"]["M"]["notes"] == {"S": "café"}


def test_text_is_the_bytes_it_came_as() -> None:
    """A text body keeps its characters; a lone surrogate in it causes no crash."""
    body = call(element("notes", "日本語 🎉"))
    assert answer(request(body, content_type="application/xml"))[1]["id"] == normalize(body)["id"]
    event = request() | {"isBase64Encoded": False, "body": "<call-finished>\ud800</call-finished>"}
    assert answer(event)[1]["status"] == "accepted"


@pytest.mark.parametrize("missing", [True, False])
def test_empty_body(*, missing: bool) -> None:
    """A missing body and an empty body are both kept and rejected with the same reason."""
    event = request(b"") | {"isBase64Encoded": False}
    if missing:
        del event["body"]
    assert answer(event) == (202, {"status": "rejected", "reason": "empty-body", "detail": "The body is empty."})
    assert [reason for reason, _ in rejected()] == ["empty-body"]


@pytest.mark.parametrize(
    ("subscription", "token"),
    [("callfinish", "w" * 43), ("callfinish", "short"), ("campaignfinish", TOKEN), ("elsewhere", TOKEN), ("", "")],
)
def test_unknown_url_gets_one_answer(subscription: str, token: str) -> None:
    """Every wrong URL gets the same answer, and nothing is kept."""
    event = request(subscription=subscription, token=token)
    assert answer(event) == (404, {"type": "about:blank", "title": "Not Found", "status": 404})
    assert (items(), parked(), rejected()) == ([], [], [])


def test_malformed_url_costs_no_lookup(aws_calls: list[str]) -> None:
    """A malformed URL gets 404 without a call to AWS."""
    answer(request(token="short"))
    assert aws_calls == []


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, MAX_MESSAGE_BODY_BYTES])
def test_too_large_to_read(size: int) -> None:
    """A body beyond the limit is kept and accepted as long as it fits into a message."""
    status, body = answer(request(b"<" * size))
    assert (status, body["status"], body["reason"]) == (202, "rejected", "too-large")
    assert [reason for reason, _ in rejected()] == ["too-large"]


@pytest.mark.parametrize("size", [MAX_MESSAGE_BODY_BYTES + 1, 10_000_000])
def test_too_large_to_keep(size: int) -> None:
    """A body of any size that does not fit into a message is refused with that reason."""
    status, problem = answer(request(b"<" * size))
    assert (status, problem["type"]) == (413, "urn:callfire-postbacks:problem:too-large")
    assert rejected() == []


@pytest.mark.parametrize("body", [b"{}", b"<" * (MAX_BODY_BYTES + 1)], ids=["unreadable", "too large"])
def test_rejected_queue_fails(body: bytes) -> None:
    """If the rejected queue fails, the postback is parked and the answer is 2xx; if both fail, it is not."""
    rejected_queue = os.environ["REJECTED_QUEUE_URL"].rpartition("/")[2]
    with answering("sqs.SendMessage", only_for(rejected_queue, refusal("AccessDenied"))):
        assert answer(request(body)) == (202, {"status": "parked"})
    assert [one.body for one in parked()] == [body]
    with answering("sqs", refusal("AccessDenied")):
        assert answer(request(body))[0] == 503


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("token", [TOKEN, "w" * 43, "short"], ids=["live", "wrong", "malformed"])
def test_get_and_head_are_told_to_post(aws_calls: list[str], method: str, token: str) -> None:
    """GET and HEAD are told to POST, equally for every URL and without a lookup, so the answer reveals nothing."""
    event = request(token=token)
    event["requestContext"]["http"]["method"] = method
    del event["body"]
    response = receive.handler(event, cast("Any", Context()))
    assert (response["statusCode"], response["headers"]["allow"]) == (405, "POST")
    assert json.loads(response["body"]) == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": "Send postbacks by POST.",
    }
    assert aws_calls == []


def test_parked() -> None:
    """A postback that cannot be stored yet is accepted without an id."""
    with answering("dynamodb.PutItem", refusal("AccessDeniedException")):
        assert answer(request()) == (202, {"status": "parked"})


def test_unavailable() -> None:
    """If no durable write succeeds, the sender is told to send the postback again."""
    with (
        answering("dynamodb", refusal("AccessDeniedException")),
        answering("sqs", refusal("AccessDenied")),
    ):
        status, problem = answer(request())
    assert (status, problem["title"]) == (503, "Service Unavailable")
    assert "again" in problem["detail"]


def test_time_of_receipt_is_that_of_api_gateway() -> None:
    """The time of receipt is API Gateway's, to the millisecond."""
    event = request()
    event["requestContext"]["timeEpoch"] = 1_767_268_800_123
    answer(event)
    assert items()[0]["received_at"] == {"S": "2026-01-01T12:00:00.123Z"}
