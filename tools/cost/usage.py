"""Measure the usage of one postback by running the handler with a substitute for AWS.

The code really makes the counted calls, sizes and log lines. AWS's own log lines are written as AWS documents them.
"""

import io
import os
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, Final, cast

from tools.cost.counting_aws import CountingAws, Usage
from tools.pages.lambda_events import http_event, subscription_of
from tools.samples import LATER_SAMPLES, SAMPLES
from tools.template import load_template

if TYPE_CHECKING:
    from logging import StreamHandler

_TEMPLATE: Final = load_template()
_REQUEST_ID: Final = "6d68ca91-49c9-448d-89b8-7ca3e6dc66aa"
_REPORT: Final = (
    f"REPORT RequestId: {_REQUEST_ID}\tDuration: 30.12 ms\tBilled Duration: 31 ms\tMemory Size: 512 MB\t"
    "Max Memory Used: 100 MB\t\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\t"
    "Sampled: true\t\n"
)
_PLATFORM_LINES: Final = (  # docs.aws.amazon.com/lambda/latest/dg/python-logging.html
    f"START RequestId: {_REQUEST_ID} Version: $LATEST\n",
    f"END RequestId: {_REQUEST_ID}\n",
    _REPORT,
)
_LINE_OVERHEAD: Final = 26
"""Bytes that CloudWatch Logs adds to each line when it counts the ingested volume."""
_CONTEXT: Final = {  # values of the access log, as long as real ones
    "requestId": "WmFuZGVyPQEEMpw=",
    "requestTime": "01/Jan/2026:12:00:00 +0000",
    "identity.sourceIp": "203.0.113.100",
    "routeKey": "POST /postbacks/{subscription}/{token}",
    "status": "200",
    "responseLength": "64",
    "responseLatency": "31",
    "integrationErrorMessage": "-",
}


def environment() -> dict[str, str]:
    """Return the functions' variables: each parameter at its default, each resource by its logical id."""
    variables = _TEMPLATE["Globals"]["Function"]["Environment"]["Variables"].items()
    named = {
        name: value if isinstance(value, str) else value.get("Ref") or value["Fn::Sub"] for name, value in variables
    }
    defaults = _TEMPLATE["Parameters"]
    values = {name: str(defaults[value]["Default"] if value in defaults else value) for name, value in named.items()}
    return {name: value for name, value in values.items() if value != "AWS::NoValue"} | {
        "POWERTOOLS_SERVICE_NAME": "callfire-postbacks",  # the stack's name
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nobody",
    }


def measure(kind: str, body: bytes | None = None) -> Usage:
    """Process one postback, a sample or another body, in a warm function."""
    for name, value in environment().items():
        os.environ.setdefault(name, value)
    from callfire_postbacks.aws import clients  # noqa: PLC0415  Powertools reads its environment then
    from callfire_postbacks.functions import receive  # noqa: PLC0415  as above
    from callfire_postbacks.observability import logger  # noqa: PLC0415  as above

    aws = CountingAws(os.environ["EVENTS_TABLE"])
    watched: list[Any] = [clients.dynamodb(), clients.sns()]
    request = http_event(body or (SAMPLES | LATER_SAMPLES)[kind], subscription=subscription_of(kind), content_type="")
    log = io.StringIO()
    handler = cast("StreamHandler[Any]", logger.registered_handler)
    stream, handler.stream = handler.stream, log  # setStream would flush the former one, which a test may have closed
    for client in watched:
        client.meta.events.register_first("before-send", aws)
    try:
        with redirect_stdout(log):
            receive.handler(request, cast("Any", _Context))
            aws.forget()
            log.seek(log.truncate(0))
            answer = receive.handler(request, cast("Any", _Context))
    finally:
        handler.stream = stream
        for client in watched:
            client.meta.events.unregister("before-send", aws)
    if answer["statusCode"] != 200:  # noqa: PLR2004
        raise RuntimeError(f"The postback was not accepted: {answer}")
    own = log.getvalue().encode()
    lines = [own, _access_log_line(), *(line.encode() for line in _PLATFORM_LINES)]
    aws.usage.function_log_bytes = len(own)
    aws.usage.log_bytes = sum(len(line) + _LINE_OVERHEAD for line in lines)
    return aws.usage


class _Context:
    function_name, function_version = "receive", "$LATEST"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:receive"
    aws_request_id = _REQUEST_ID


def _access_log_line() -> bytes:
    line: str = _TEMPLATE["Resources"]["PostbackApi"]["Properties"]["AccessLogSettings"]["Format"]
    for name, value in _CONTEXT.items():
        line = line.replace(f"$context.{name}", value)
    if "$context" in line:
        raise NotImplementedError(f"The access log has a value of unknown length: {line}")
    return line.encode()
