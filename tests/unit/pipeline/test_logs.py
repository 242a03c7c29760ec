"""The log states the result of a postback, and never its content."""

import base64
import json
from typing import Any, Final

import pytest

from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support.aws.faults import answering, refusal
from tests.support.building import CALL, TOKEN, call, element, request
from tests.support.receiving import answer
from tests.unit.conftest import Logged

pytestmark = pytest.mark.usefixtures("subscribed")

CALL_ID: Final = "854589f2f8aa1f80bfb74d495d627c04"


def test_repairs_are_counted_in_the_same_line(logged: Logged) -> None:
    """A repaired postback is counted in the same line, with the names of its repairs and none of its content."""
    body = "<call-finished><notes>you & me\ufffd</notes></call-finished>"
    answer(request() | {"isBase64Encoded": False, "body": body})
    [line] = logged()
    assert (line["PostbackAccepted"], line["PostbackRepaired"]) == ([1.0], [1.0])
    assert line["repairs"] == ["ampersands", "undecodable-bytes"]
    assert line["PostbackUndecodable"] == [1.0]
    assert "you" not in json.dumps(line)


def test_repairs_of_any_event_are_named(logged: Logged) -> None:
    """The line names the repairs of all events of a body."""
    events = [{"resourceType": "InboundCall", "resource": {name: 1}} for name in ("id", "ID")]
    answer(request(json.dumps(events).encode()))
    [line] = logged()
    assert (line["repairs"], line["PostbackRepaired"]) == (["element-names"], [1.0])


def test_one_line_a_postback(logged: Logged) -> None:
    """A processed postback writes one log line, which counts it and names its event and subscription."""
    answer(request())
    [line] = logged()
    assert line["PostbackAccepted"] == [1.0]
    assert (line["event_id"], line["subscription"], line["service"]) == (CALL_ID, "callfinish", "callfire-postbacks")
    [metrics] = line["_aws"]["CloudWatchMetrics"]
    assert metrics == {
        "Namespace": "CallFirePostbacks",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "PostbackAccepted", "Unit": "Count"}],
    }


@pytest.mark.parametrize(
    ("event", "metric", "more"),
    [
        (request(b"{}"), "PostbackRejected", {"reason": "unknown-root", "subscription": "callfinish"}),
        (request(b"x" * 70_000), "PostbackRejected", {"reason": "too-large", "subscription": "callfinish"}),
        (request(b"x" * 200_000), "PostbackTooLarge", {"reason": "too-large", "subscription": "callfinish"}),
        (request(token="w" * 43), "PostbackUnknownUrl", {"subscription": "callfinish"}),
        (request(token="short"), "PostbackUnknownUrl", {}),
    ],
    ids=["rejected", "too large", "too large to keep", "unknown URL", "malformed URL"],
)
def test_line_states_the_result(logged: Logged, event: dict[str, Any], metric: str, more: dict[str, str]) -> None:
    """A postback that is not accepted writes one log line too, with its reason if there is one."""
    answer(event)
    [line] = logged()
    assert line[metric] == [1.0]
    assert {key: line[key] for key in ("reason", "subscription", "event_id") if key in line} == more


def test_log_holds_neither_token_nor_content(logged: Logged) -> None:
    """No log line holds a postback's content, its token or the token's hash."""
    answer(request())
    answer(request(b"<call-finished><notes>2132212289"))
    with answering("sns.Publish", refusal("InternalError")):
        answer(request(call(element("notes", "2132212289"))))
    with answering("dynamodb.PutItem", refusal("2132212289")), answering("sqs", refusal("AccessDenied")):
        answer(request())
    lines = logged()
    assert len(lines) == 4 + 3  # one each, by the service that failed: SNS, DynamoDB, SQS
    log = json.dumps(lines)
    body = base64.b64encode(CALL).decode()
    for secret in (TOKEN, hash_token(TOKEN), "12132212289", "sales number", "notes", body[:40]):
        assert secret not in log
