"""Faults that start and end: an operation refused, timed out, interrupted or observed for a while."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qsl

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber

from callfire_postbacks.aws import clients

Answer = Callable[[AWSRequest], "AWSResponse | None"]
"""Answers instead of AWS; None lets AWS answer."""

_CLIENTS: Final = {
    "dynamodb": clients.dynamodb,
    "sns": clients.sns,
    "sqs": clients.sqs,
    "ssm": clients.ssm,
    "secret": clients.ssm_once,
}


class KilledError(BaseException):
    """The process ends here, as when Lambda kills it: no `except Exception` catches it."""


@contextmanager
def answering(operation: str, answer: Answer) -> Iterator[None]:
    """Replace the answer of an operation: "sns.Publish", or "sns" for all of a service."""
    client: Any = _CLIENTS[operation.partition(".")[0]]()
    operation = operation.replace("secret", "ssm", 1)

    def before_send(request: AWSRequest, **_: object) -> AWSResponse | None:
        answered = answer(request)
        if answered:
            request.url = "https://answered.invalid/"  # all handlers see the request, and moto would still do its part
        return answered

    # botocore calls handlers in order of specificity, and moto's is the least specific.
    client.meta.events.register_first(f"before-send.{operation}", before_send)
    try:
        yield
    finally:
        client.meta.events.unregister(f"before-send.{operation}", before_send)


def refusal(code: str, status: int = 400) -> Answer:
    """Refuse the request with an error in either AWS protocol."""

    def refuse(request: AWSRequest) -> AWSResponse:
        if "X-Amz-Target" in request.headers:
            body = json.dumps({"__type": code})
        else:
            body = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
        return AWSResponse(str(request.url), status, HTTPHeaders(), MockRawResponse(body))

    return refuse


def time_out(request: AWSRequest) -> AWSResponse:
    """Let the request time out."""
    raise ReadTimeoutError(endpoint_url=str(request.url))


def lose(request: AWSRequest) -> AWSResponse:
    """Let AWS carry out the request, and lose its answer."""
    if botocore_stubber("before-send", request) is None:  # type: ignore[arg-type]  # botocore passes a prepared one
        URLLib3Session().send(request)  # to the DynamoDB that `--dynamodb` names
    return time_out(request)


def kill(_: AWSRequest) -> AWSResponse:
    """Kill the function before the request leaves it."""
    raise KilledError


FAULTS: Final = {
    "refused": refusal("AccessDeniedException"),
    "throttled": refusal("ThrottlingException"),
    "failing": refusal("InternalServerError", 500),
    "hanging": time_out,
    "losing its answer": lose,
}
"""All ways in which an operation can fail for its caller. Only the last is carried out."""


def only_for(text: str, answer: Answer) -> Answer:
    """Answer only requests that contain a text."""
    return lambda request: answer(request) if text in str(request.body) else None


def first(times: int, answer: Answer) -> Answer:
    """Answer only the first requests."""
    left = iter(range(times))
    return lambda request: None if next(left, None) is None else answer(request)


def all_but(event_id: str, *, sender_fault: bool) -> Answer:
    """Have SNS accept every message of a batch except one event's, with the fault on SNS's or the sender's side."""

    def answer(request: AWSRequest) -> AWSResponse:
        fields = parse_qsl(str(request.body))
        accepted = [value for name, value in fields if name.endswith(".Id") and value != event_id]
        successful = "".join(f"<member><Id>{one}</Id></member>" for one in accepted)
        failed = f"<member><Id>{event_id}</Id><SenderFault>{str(sender_fault).lower()}</SenderFault></member>"
        result = f"<Successful>{successful}</Successful><Failed>{failed}</Failed>"
        body = f"<Response><PublishBatchResult>{result}</PublishBatchResult></Response>"
        return AWSResponse(str(request.url), 200, HTTPHeaders(), MockRawResponse(body))

    return answer


def unprocessed(request: AWSRequest) -> AWSResponse:
    """Have DynamoDB read none of the requested items, because of throttling."""
    wanted = json.loads(request.body)["RequestItems"]
    body = json.dumps({"Responses": {}, "UnprocessedKeys": wanted})
    return AWSResponse(str(request.url), 200, HTTPHeaders(), MockRawResponse(body))
