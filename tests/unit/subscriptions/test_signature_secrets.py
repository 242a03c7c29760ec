"""The secrets of CallFire's signatures: when they change, and what happens while they cannot be read."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from callfire_postbacks import ingest
from callfire_postbacks.aws.clients import dynamodb
from callfire_postbacks.functions import drain, receive
from callfire_postbacks.postback import Postback, parse_message, to_message
from callfire_postbacks.subscriptions import signature
from callfire_postbacks.subscriptions.url_form import hash_token
from tests.support import contents
from tests.support.aws.faults import answering, refusal, time_out
from tests.support.building import TOKEN, call, element, postback
from tests.support.lambda_context import Context
from tests.support.memory import forget
from tests.support.signing import STACK_SECRET, UNSEEN, signature_of, signed_postback, signed_request, store_secret
from tests.unit.conftest import Logged

pytestmark = pytest.mark.slow

LAMBDA: Any = Context()


@pytest.mark.usefixtures("proven")
def test_secret_of_the_old_url() -> None:
    """While a replaced URL is live, either secret is accepted through either URL."""
    new = "n" * 43
    replace_tokens({TOKEN: int(datetime.now(UTC).timestamp()) + 100, new: 0})
    for number, (url, signer) in enumerate(product((TOKEN, new), repeat=2)):
        forget()
        body = call(element("callid", f"9{number}"))
        came = signed_postback(body, signature=signature_of(body, token=signer), token=url)
        assert ingest.process(came).status == "accepted"
    replace_tokens({TOKEN: 1, new: 0})
    forget()
    came = signed_postback(UNSEEN, signature=signature_of(UNSEEN, token=TOKEN), token=new)
    assert ingest.process(came).reason == "signature-wrong"


@pytest.mark.usefixtures("proven")
def test_unknown_json_signed_with_the_secret_of_the_old_url() -> None:
    """JSON of any content is an event if it is signed with the secret of another live URL."""
    new = "n" * 43
    replace_tokens({TOKEN: int(datetime.now(UTC).timestamp()) + 100, new: 0})
    forget()
    body = b'{"renewed": 5}'
    came = signed_postback(body, signature=signature_of(body, token=TOKEN), token=new)
    assert ingest.process(came).status == "accepted"


def replace_tokens(ends: dict[str, int]) -> None:
    """Replace the tokens of v2 and keep the rest of the record, so that the proof stays."""
    tokens = {hash_token(token): {"N": str(end)} for token, end in ends.items()}
    dynamodb().update_item(
        TableName="SubscriptionsTable",
        Key={"subscription": {"S": "v2"}},
        UpdateExpression="SET tokens = :tokens",
        ExpressionAttributeValues={":tokens": {"M": tokens}},
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
    result = ingest.process(signed_postback(UNSEEN, signature=None))
    assert (result.status, result.flaw) == ("accepted", None)


@pytest.mark.usefixtures("proven")
def test_new_secret_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the stack's secret was replaced, a warm function reads it again when a signature does not match."""
    monkeypatch.setattr(signature, "_REREAD_SECONDS", 0)
    store_secret("another")
    came = signed_postback(UNSEEN, signature=signature_of(UNSEEN, stack_secret="another"))
    assert ingest.process(came).status == "accepted"


@pytest.mark.usefixtures("aws")
def test_no_secret_yet() -> None:
    """Without a stack secret nothing can be proven and everything is accepted, except through an unknown URL."""
    contents.subscribe("v2")
    result = ingest.process(signed_postback())
    assert (result.status, result.flaw) == ("accepted", "wrong")
    assert ingest.process(signed_postback(token="x" * 43)).status == "unknown-url"


@pytest.mark.usefixtures("v2_url")
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
    assert ingest.process(signed_postback(UNSEEN, signature=None)).reason == "signature-absent"


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
    """Drain rejects and counts a forged postback that was parked."""
    forget()
    with answering("dynamodb", refusal("InternalServerError", 500)):
        assert receive.handler(signed_request(UNSEEN, signature="bm8="), LAMBDA)["statusCode"] == 202
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
    ingest.process(signed_postback(UNSEEN, signature="bm8="))
    [(reason, kept)] = contents.rejected()
    again = parse_message(to_message(kept, reason=reason)).postback
    assert ingest.process(again).reason == "signature-wrong"
    good = parse_message(to_message(signed_postback(UNSEEN), reason="signature-wrong")).postback
    assert ingest.process(good).status == "accepted"


@pytest.mark.usefixtures("v2_url")
def test_secret_is_read_once(aws_calls: list[str]) -> None:
    """Each function reads the secret once, and only for a postback that is signed or must be."""
    contents.subscribe()
    assert ingest.process(postback()).status == "accepted"
    assert ingest.process(signed_postback(UNSEEN, signature=None)).status == "accepted"
    assert "ssm.GetParameter" not in aws_calls
    for number in range(3):
        ingest.process(signed_postback(call(element("callid", f"7{number}"))))
    assert aws_calls.count("ssm.GetParameter") == 1


@pytest.mark.usefixtures("proven")
def test_calls_once_it_is_proven(aws_calls: list[str]) -> None:
    """A signed postback costs a warm function the same calls as an unsigned one."""
    assert ingest.process(signed_postback(UNSEEN)).status == "accepted"
    assert aws_calls == ["dynamodb.PutItem", "sns.Publish", "dynamodb.UpdateItem"]


def test_log_holds_no_signature(v2_url: None, logged: Logged) -> None:  # noqa: ARG001  made first
    """Neither a signature nor a secret is logged."""
    event = signed_request()
    receive.handler(event, LAMBDA)
    written = json.dumps(logged())
    assert event["headers"]["x-callfire-signature"] not in written
    assert STACK_SECRET not in written
