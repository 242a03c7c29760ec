"""CallFire's signature: which bodies it covers, and the result if it is missing or wrong."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.functions import drain, receive
from callfire_postbacks.postback import Postback, Result, parse_message, to_message
from callfire_postbacks.subscriptions import signature
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support import contents
from tests.support.aws_faults import answering, first, refusal, time_out
from tests.support.building import CALL, TOKEN, call, element, postback
from tests.support.lambda_context import Context
from tests.support.memory import another_function, forget
from tests.support.signing import STACK_SECRET, signature_of, signed_postback, signed_request, store_secret
from tests.unit.conftest import Logged

LAMBDA: Any = Context()
OTHER = call(element("callid", "8"))


def process(came: Postback) -> Result:
    """Process a postback, which must not have been parked."""
    return ingest.process(came)


@pytest.fixture
def v2(aws: None) -> None:  # noqa: ARG001  made first
    """Make the URL of v2 live and give the stack a secret."""
    contents.subscribe("v2")
    store_secret()


@pytest.fixture
def proven(v2: None) -> None:  # noqa: ARG001  made first
    """Receive CallFire's first valid signature."""
    assert process(signed_postback(call(element("callid", "1")))).status == "accepted"


def test_published_vector() -> None:
    """CallFire's own example of a signature is valid."""
    body = b'{"name":"test webhook", "callback":"sms:callfire"}'
    assert signature.is_valid("v14pF7d5C1+CHNIEWlg+sw9v0Xg=", body, secret="mysecrets")


def test_delivery_report_vector() -> None:
    """The delivery report of our notes, on one line, has its computed signature."""
    body = (
        b'{"timestamp":1772471022807,"webhookId":3749006,"webhookName":"callfire-postbacks v2-dlr",'
        b'"resourceType":"OutboundTextDeliveryReport","events":[{"timestamp":1772471022807,"webhookId":3749006,'
        b'"resourceType":"OutboundTextDeliveryReport","eventType":"Received","resource":{"id":7420017300281076123,'
        b'"actionId":1023905054103,"campaignId":9362663003,"toNumber":"12135550188","fromNumber":"12135550100",'
        b'"timestamp":1772471022571,"deliveryState":"DELIVERED","deliveryCategory":"DELIVERED"}}]}'
    )
    assert signature.is_valid("HHb6LaFoz8wqc6s0yAhm04d1DfI=", body, secret="correct-horse")


@pytest.mark.parametrize(
    "written",
    ["", " ", "v14pF7d5C1+CHNIEWlg+sw9v0Xg", "v14pF7d5C1-CHNIEWlg-sw9v0Xg=", "é", "\x00", "=", "A" * 100_000],
    ids=["empty", "blank", "no padding", "of URLs", "not ASCII", "NUL", "padding alone", "long"],
)
def test_other_header_values_are_wrong_signatures(written: str) -> None:
    """Any other header value is a wrong signature, and never an error."""
    body = b'{"name":"test webhook", "callback":"sms:callfire"}'
    assert not signature.is_valid(written, body, secret="mysecrets")


@given(body=st.binary(), other=st.binary(), header=st.text())
def test_only_the_same_bytes_are_signed(body: bytes, other: bytes, header: str) -> None:
    """A signature is valid only for its own body and secret."""
    signed = signature_of(body)
    secret = signature.derive_secret(STACK_SECRET, "v2", hash_token(TOKEN))
    assert signature.is_valid(signed, body, secret=secret)
    assert signature.is_valid(signed, other, secret=secret) == (other == body)
    assert not signature.is_valid(signed, body, secret=secret + "x")
    assert not signature.is_valid(header, body, secret=secret)


def test_each_url_has_a_secret_of_its_own() -> None:
    """Each stack, subscription and token has its own secret of 43 ASCII characters, which is deterministic."""
    hashes = [hash_token("a"), hash_token("b")]
    secrets = {
        signature.derive_secret(stack, name, token_hash)
        for stack in "xy"
        for name in ("v2", "v3")
        for token_hash in hashes
    }
    assert len(secrets) == 8
    assert {len(secret) for secret in secrets} == {43}
    assert all(secret.isascii() for secret in secrets)


@pytest.mark.usefixtures("v2")
@pytest.mark.parametrize(("given_signature", "flaw"), [(None, "absent"), ("bm8=", "wrong"), ("?", "wrong")])
def test_before_the_first_valid_signature(logged: Logged, given_signature: str | None, flaw: str) -> None:
    """Before the first valid signature, a postback without one is accepted and counted as unsigned."""
    event = signed_request()
    if given_signature is None:
        del event["headers"]["x-callfire-signature"]
    else:
        event["headers"]["x-callfire-signature"] = given_signature
    assert receive.handler(event, LAMBDA)["statusCode"] == 200
    [line] = [line for line in logged() if "PostbackAccepted" in line]
    assert line[f"Signature{flaw.title()}"] == [1.0]
    assert contents.rejected() == []


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize(("given_signature", "flaw"), [(None, "absent"), ("bm8=", "wrong"), ("?", "wrong")])
def test_after_the_first_valid_signature(logged: Logged, given_signature: str | None, flaw: str) -> None:
    """After the first valid signature, a postback without one is rejected, counted and kept whole."""
    for is_new in (False, True):  # by a warm function, and by one that has just started
        if is_new:
            forget()
        answer = receive.handler(request_with(given_signature), LAMBDA)
        assert json.loads(answer["body"]) == {
            "status": "rejected",
            "reason": f"signature-{flaw}",
            "detail": "A postback to this URL must have CallFire's signature.",
        }
        [(reason, kept)] = contents.rejected()
        assert (reason, kept.body, kept.subscription) == (f"signature-{flaw}", OTHER, "v2")
        [line] = [line for line in logged() if "PostbackRejected" in line]
        assert line[f"Signature{flaw.title()}"] == [1.0]
    assert len(contents.items()) == 1


def request_with(given_signature: str | None) -> dict[str, Any]:
    """Return a request through the URL of v2 with another signature, or none."""
    event = signed_request(OTHER)
    event["headers"].pop("x-callfire-signature")
    return (
        event
        if given_signature is None
        else event | {"headers": event["headers"] | {"x-callfire-signature": given_signature}}
    )


@pytest.mark.usefixtures("proven")
def test_the_signature_covers_the_body() -> None:
    """A signature of another body is wrong."""
    assert process(signed_postback(OTHER, signature=signature_of(CALL))).reason == "signature-wrong"
    assert process(signed_postback(OTHER)).status == "accepted"


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize(
    "body", [CALL, b"no postback", b"", b'{"events":[]}'], ids=["cloud/1", "text", "nothing", "v2"]
)
def test_a_signature_is_due_for_any_body(body: bytes) -> None:
    """Through the URL of v2, the body of any other generation must be signed too."""
    assert process(signed_postback(body, signature=None)).reason == "signature-absent"


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "application/x-www-form-urlencoded", ""])
@pytest.mark.usefixtures("proven")
def test_text_and_base64_alike(content_type: str) -> None:
    """The signature covers the original bytes, whether API Gateway passes them as text or in base64."""
    body = call(element("tag", "café ☎ 𝄞"))
    assert receive.handler(signed_request(body, content_type=content_type), LAMBDA)["statusCode"] == 200


@pytest.mark.usefixtures("v2")
def test_the_first_proof_is_known_to_all_at_once() -> None:
    """A warm function that accepted an unsigned postback rejects the next once another function has seen a proof."""
    assert process(signed_postback(signature=None)).status == "accepted"
    with another_function():
        assert process(signed_postback(call(element("callid", "2")))).status == "accepted"
    assert process(signed_postback(OTHER, signature=None)).reason == "signature-absent"


@pytest.mark.usefixtures("v2")
def test_proof_at_the_same_time() -> None:
    """The first proof is recorded even if other postbacks arrived in the same millisecond or later."""
    now = datetime.now(UTC)
    assert process(signed_postback(signature=None, received_at=now)).status == "accepted"
    process(signed_postback(call(element("callid", "2")), received_at=now - timedelta(seconds=5)))
    assert process(signed_postback(OTHER, signature=None, received_at=now)).reason == "signature-absent"


@pytest.mark.usefixtures("proven")
def test_secret_of_the_old_url() -> None:
    """While a replaced URL is live, either secret is accepted through either URL."""
    soon = int(datetime.now(UTC).timestamp()) + 100
    keep_proof = dynamodb_tokens({hash_token(TOKEN): soon, hash_token("n" * 43): 0})
    keep_proof()
    for number, (url, signer) in enumerate([
        (TOKEN, TOKEN),
        (TOKEN, "n" * 43),
        ("n" * 43, TOKEN),
        ("n" * 43, "n" * 43),
    ]):
        forget()
        body = call(element("callid", f"9{number}"))
        came = signed_postback(body, signature=signature_of(body, token=signer), token=url)
        assert process(came).status == "accepted"
    dynamodb_tokens({hash_token(TOKEN): 1, hash_token("n" * 43): 0})()
    forget()
    came = signed_postback(OTHER, signature=signature_of(OTHER, token=TOKEN), token="n" * 43)
    assert process(came).reason == "signature-wrong"


def dynamodb_tokens(tokens: dict[str, int]) -> Any:  # noqa: ANN401  a function
    """Return a function that replaces the tokens of v2 and keeps the rest of the record."""
    return lambda: dynamodb().update_item(
        TableName="SubscriptionsTable",
        Key={"subscription": {"S": "v2"}},
        UpdateExpression="SET tokens = :tokens",
        ExpressionAttributeValues={":tokens": {"M": {name: {"N": str(end)} for name, end in tokens.items()}}},
    )


@pytest.mark.usefixtures("proven")
def test_url_made_by_hand() -> None:
    """A postback through a URL set up by hand need not be signed, because CallFire was told no secret for it."""
    dynamodb().update_item(
        TableName="SubscriptionsTable",
        Key={"subscription": {"S": "v2"}},
        UpdateExpression="SET by_hand = :by_hand",
        ExpressionAttributeValues={":by_hand": {"L": [{"S": hash_token(TOKEN)}]}},
    )
    forget()
    result = process(signed_postback(OTHER, signature=None))
    assert (result.status, result.flaw) == ("accepted", None)


@pytest.mark.usefixtures("proven")
def test_new_secret_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the stack's secret was replaced, a warm function reads it again when a signature does not match."""
    monkeypatch.setattr(signature, "_REREAD_SECONDS", 0)
    store_secret("another")
    assert process(signed_postback(OTHER, signature=signature_of(OTHER, stack_secret="another"))).status == "accepted"


@pytest.mark.usefixtures("aws")
def test_no_secret_yet() -> None:
    """Without a stack secret nothing can be proven and everything is accepted, except through an unknown URL."""
    contents.subscribe("v2")
    result = process(signed_postback())
    assert (result.status, result.flaw) == ("accepted", "wrong")
    assert process(signed_postback(token="x" * 43)).status == "unknown-url"


@pytest.mark.usefixtures("v2")
@pytest.mark.parametrize(
    "fault",
    [refusal("AccessDeniedException"), refusal("ThrottlingException"), refusal("InternalServerError", 500), time_out],
    ids=["refused", "throttled", "failing", "hanging"],
)
def test_secret_cannot_be_read(fault: Any) -> None:  # noqa: ANN401  an Answer
    """A postback whose signature cannot be checked is parked with everything the check needs, then accepted."""
    with answering("secret", fault):
        assert receive.handler(signed_request(), LAMBDA)["statusCode"] == 202
    [kept] = contents.parked()
    assert drained(kept) == {"batchItemFailures": []}
    assert len(contents.items()) == 1
    assert process(signed_postback(OTHER, signature=None)).reason == "signature-absent"


def drained(came: Postback) -> Any:  # noqa: ANN401  a PartialItemFailureResponse
    """Hand a parked postback to drain."""
    record = {
        "messageId": "1",
        "eventSource": "aws:sqs",
        "attributes": {"SentTimestamp": "0"},
        "body": to_message(came),
    }
    return drain.handler({"Records": [record]}, LAMBDA)


@pytest.mark.usefixtures("proven")
def test_forged_while_nothing_can_be_stored(logged: Logged) -> None:
    """A forged postback that was parked is rejected and counted when it is drained."""
    forget()
    with answering("dynamodb", refusal("InternalServerError", 500)):
        assert receive.handler(request_with("bm8="), LAMBDA)["statusCode"] == 202
    [kept] = contents.parked()
    logged()
    assert drained(kept) == {"batchItemFailures": []}
    [(reason, _)] = contents.rejected()
    assert reason == "signature-wrong"
    [line] = [line for line in logged() if "DrainedRejected" in line]
    assert line["SignatureWrong"] == [1.0]


@pytest.mark.usefixtures("proven")
def test_redriven() -> None:
    """A rejected postback keeps its signature, which is checked again when the postback is redriven."""
    process(signed_postback(OTHER, signature="bm8="))
    [(reason, kept)] = contents.rejected()
    again = parse_message(to_message(kept, reason=reason)).postback
    assert process(again).reason == "signature-wrong"
    good = parse_message(to_message(signed_postback(OTHER), reason="signature-wrong")).postback
    assert process(good).status == "accepted"


@pytest.mark.usefixtures("v2")
def test_secret_is_read_once(aws_calls: list[str]) -> None:
    """Each function reads the secret once, and only for a postback that is signed or must be."""
    contents.subscribe()
    assert process(postback()).status == "accepted"
    assert process(signed_postback(OTHER, signature=None)).status == "accepted"
    assert "ssm.GetParameter" not in aws_calls
    for number in range(3):
        process(signed_postback(call(element("callid", f"7{number}"))))
    assert aws_calls.count("ssm.GetParameter") == 1


@pytest.mark.usefixtures("proven")
def test_calls_once_it_is_proven(aws_calls: list[str]) -> None:
    """A signed postback costs a warm function the same calls as an unsigned one."""
    assert process(signed_postback(OTHER)).status == "accepted"
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]


@pytest.mark.usefixtures("proven")
def test_wrong_url_learns_nothing() -> None:
    """The answer through an unknown URL does not depend on the signature."""
    results = [process(signed_postback(token="x" * 43, signature=one)) for one in (None, "bm8=", "valid")]
    assert {result.status for result in results} == {"unknown-url"}


@pytest.mark.usefixtures("v2")
def test_lost_answer_of_the_lookup() -> None:
    """If DynamoDB fails at first, the proof is still recorded."""
    with answering("dynamodb.UpdateItem", first(1, refusal("InternalServerError", 500))):
        assert process(signed_postback()).status == "accepted"
    forget()
    assert process(signed_postback(OTHER, signature=None)).reason == "signature-absent"


def test_log_holds_no_signature(v2: None, logged: Logged) -> None:  # noqa: ARG001  made first
    """Neither a signature nor a secret is logged."""
    event = signed_request()
    receive.handler(event, LAMBDA)
    written = json.dumps(logged())
    assert event["headers"]["x-callfire-signature"] not in written
    assert STACK_SECRET not in written


@pytest.mark.usefixtures("proven")
@pytest.mark.parametrize("body", [b'{"renewed": {"plan": 5}}', b'[{"a": "b"}]', b"{}", b'{"webhook": [1, 2]}'])
def test_unknown_json_that_callfire_signed(body: bytes) -> None:
    """Whatever JSON CallFire signs is an event; without a valid signature it is rejected."""
    assert process(signed_postback(body, signature=None)).reason == "signature-absent"
    result = process(signed_postback(body))
    assert result.status == "accepted"
    types = {item["id"]["S"]: item["event"]["M"]["type"]["S"] for item in contents.items()}
    assert types[result.event_ids[0]] == "com.callfire.other.v1"


@pytest.mark.usefixtures("v2")
def test_unknown_json_that_is_not_signed() -> None:
    """Before the first valid signature, unknown JSON is rejected as through any URL."""
    assert process(signed_postback(b'{"renewed": 5}', signature=None)).reason == "unknown-root"
