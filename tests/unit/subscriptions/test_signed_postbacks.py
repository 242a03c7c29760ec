"""Postbacks through the URL of v2: the result if CallFire's signature is valid, missing or wrong."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.functions import receive
from tests.support import contents
from tests.support.aws.faults import answering, first, refusal
from tests.support.building import CALL, call, element
from tests.support.lambda_context import Context
from tests.support.memory import another_function, forget
from tests.support.signing import UNSEEN, signature_of, signed_postback, signed_request
from tests.unit.conftest import Logged

LAMBDA: Any = Context()
_FLAWS = {"absent": "SignatureAbsent", "wrong": "SignatureWrong"}


@pytest.mark.usefixtures("v2_url")
@pytest.mark.parametrize(("given_signature", "flaw"), [(None, "absent"), ("bm8=", "wrong"), ("?", "wrong")])
def test_before_the_first_valid_signature(logged: Logged, given_signature: str | None, flaw: str) -> None:
    """Before the first valid signature, a postback without one is accepted and counted as unsigned."""
    assert receive.handler(signed_request(signature=given_signature), LAMBDA)["statusCode"] == 200
    [line] = [line for line in logged() if "PostbackAccepted" in line]
    assert line[_FLAWS[flaw]] == [1.0]
    assert contents.rejected() == []


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize(("given_signature", "flaw"), [(None, "absent"), ("bm8=", "wrong"), ("?", "wrong")])
def test_after_the_first_valid_signature(logged: Logged, given_signature: str | None, flaw: str) -> None:
    """After the first valid signature, a postback without one is rejected, counted and kept whole."""
    for is_new in (False, True):  # by a warm function, and by one that has just started
        if is_new:
            forget()
        answer = receive.handler(signed_request(UNSEEN, signature=given_signature), LAMBDA)
        assert json.loads(answer["body"]) == {
            "status": "rejected",
            "reason": f"signature-{flaw}",
            "detail": "A postback to this URL must have CallFire's signature.",
        }
        [(reason, kept)] = contents.rejected()
        assert (reason, kept.body, kept.subscription) == (f"signature-{flaw}", UNSEEN, "v2")
        [line] = [line for line in logged() if "PostbackRejected" in line]
        assert line[_FLAWS[flaw]] == [1.0]
    assert len(contents.items()) == 1


@pytest.mark.usefixtures("proven")
def test_the_signature_covers_the_body() -> None:
    """A signature of another body is wrong."""
    assert ingest.process(signed_postback(UNSEEN, signature=signature_of(CALL))).reason == "signature-wrong"
    assert ingest.process(signed_postback(UNSEEN)).status == "accepted"


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize(
    "body", [CALL, b"no postback", b"", b'{"events":[]}'], ids=["cloud/1", "text", "nothing", "v2"]
)
def test_any_body_needs_a_signature(body: bytes) -> None:
    """Through the URL of v2, the body of any other generation must be signed too."""
    assert ingest.process(signed_postback(body, signature=None)).reason == "signature-absent"


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "application/x-www-form-urlencoded", ""])
@pytest.mark.usefixtures("proven")
def test_text_and_base64_alike(content_type: str) -> None:
    """The signature covers the original bytes, whether API Gateway passes them as text or in base64."""
    body = call(element("tag", "café ☎ 𝄞"))
    assert receive.handler(signed_request(body, content_type=content_type), LAMBDA)["statusCode"] == 200


@pytest.mark.usefixtures("v2_url")
def test_first_proof_is_known_to_all_functions() -> None:
    """A warm function that accepted an unsigned postback rejects the next once another function has seen a proof."""
    assert ingest.process(signed_postback(signature=None)).status == "accepted"
    with another_function():
        assert ingest.process(signed_postback(call(element("callid", "2")))).status == "accepted"
    assert ingest.process(signed_postback(UNSEEN, signature=None)).reason == "signature-absent"


@pytest.mark.usefixtures("v2_url")
def test_proof_at_the_same_time() -> None:
    """The first proof is recorded even if other postbacks arrived in the same millisecond or later."""
    now = datetime.now(UTC)
    assert ingest.process(signed_postback(signature=None, received_at=now)).status == "accepted"
    ingest.process(signed_postback(call(element("callid", "2")), received_at=now - timedelta(seconds=5)))
    assert ingest.process(signed_postback(UNSEEN, signature=None, received_at=now)).reason == "signature-absent"


@pytest.mark.usefixtures("proven")
def test_wrong_url_learns_nothing() -> None:
    """The answer through an unknown URL does not depend on the signature."""
    results = [ingest.process(signed_postback(token="x" * 43, signature=one)) for one in (None, "bm8=", "valid")]
    assert {result.status for result in results} == {"unknown-url"}


@pytest.mark.usefixtures("v2_url")
def test_lost_answer_of_the_lookup() -> None:
    """If DynamoDB fails at first, the proof is still recorded."""
    with answering("dynamodb.UpdateItem", first(1, refusal("InternalServerError", 500))):
        assert ingest.process(signed_postback()).status == "accepted"
    forget()
    assert ingest.process(signed_postback(UNSEEN, signature=None)).reason == "signature-absent"


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize("body", [b'{"renewed": {"plan": 5}}', b'[{"a": "b"}]', b"{}", b'{"webhook": [1, 2]}'])
def test_unknown_json_that_callfire_signed(body: bytes) -> None:
    """Whatever JSON CallFire signs is an event; without a valid signature it is rejected."""
    assert ingest.process(signed_postback(body, signature=None)).reason == "signature-absent"
    result = ingest.process(signed_postback(body))
    assert result.status == "accepted"
    types = {item["id"]["S"]: item["event"]["M"]["type"]["S"] for item in contents.items()}
    assert types[result.event_ids[0]] == "com.callfire.other.v1"


@pytest.mark.usefixtures("v2_url")
def test_unknown_json_that_is_not_signed() -> None:
    """Before the first valid signature, unknown JSON is rejected as through any URL."""
    assert ingest.process(signed_postback(b'{"renewed": 5}', signature=None)).reason == "unknown-root"
