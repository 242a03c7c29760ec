"""Checks that only read, or post to a URL that does not exist."""

import secrets
from collections.abc import Callable, Iterator
from typing import Final

import requests
from botocore.exceptions import ClientError

from postbacks_cli.aws.stack import Stack
from postbacks_cli.checks.findings import Finding
from tools.check_aws.clients import client
from tools.samples import SAMPLES

SECONDS: Final = 35
"""The timeout of a request: API Gateway answers within 30 s."""


def closed_routes(stack: Stack) -> Iterator[Finding]:
    """Check that the operators' routes require a signature at the API's own URL, whatever a proxy in front answers."""
    own = _api_url(stack) if stack.endpoint_url else stack.output("ApiUrl")
    status = requests.get(f"{own}/subscriptions", timeout=SECONDS).status_code
    yield finding("IAM routes", status == requests.codes.forbidden, f"GET /subscriptions without a signature: {status}")


def unknown_url(stack: Stack) -> Iterator[Finding]:
    """Check that receive can look a URL up, and answers 404 to one that does not exist."""
    url = f"{_api_url(stack)}/postbacks/callfinish/{secrets.token_urlsafe(32)}"
    status = requests.post(url, SAMPLES["text-sent"], timeout=SECONDS).status_code
    yield finding("unknown URL", status == requests.codes.not_found, f"POST to a URL that does not exist: {status}")


def tls_only(stack: Stack) -> Iterator[Finding]:
    """Check that a queue refuses a request without TLS."""
    try:
        client(stack, "sqs", use_ssl=False).get_queue_attributes(
            QueueUrl=stack.output("ParkedQueueUrl"), AttributeNames=["QueueArn"]
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        yield finding("TLS only", "AccessDenied" in code, f"A request to SQS without TLS: {code}")
    else:
        yield finding("TLS only", False, "A request to SQS without TLS was answered")  # noqa: FBT003


READING: Final[dict[str, Callable[[Stack], Iterator[Finding]]]] = {
    "IAM routes": closed_routes,
    "unknown URL": unknown_url,
    "TLS only": tls_only,
}


def finding(subject: str, holds: bool, detail: str) -> Finding:  # noqa: FBT001
    """Build a finding, a failure unless the promise holds."""
    return Finding("ok" if holds else "fail", subject, f"{detail}.")


def _api_url(stack: Stack) -> str:
    return stack.aws.ssm.get_parameter(Name=stack.output("ApiUrlParameterName"))["Parameter"]["Value"]
