"""What the whole suite has made the deployed functions log and answer; collected after all tests of the stack."""

import pytest

from local import function_logs
from local.stack import Stack
from tests.stack.http import post, token_of
from tests.stack.twin import Twin


def test_no_secret_was_logged_or_answered(stack: Stack, answers: list[str]) -> None:
    """Neither CallFire's API key nor any token that CallFire was ever told is in a log line or an answer."""
    post(stack.postback_urls["callfinish"], b"<so-that-there-is-one/>")
    parameter = stack.aws.ssm.get_parameter(Name=stack.outputs["CallFireApiKeyParameterName"], WithDecryption=True)
    secrets = [parameter["Parameter"]["Value"], *map(token_of, Twin(stack.callfire_twin).told())]
    lines = list(function_logs.read(stack.aws))

    assert len(secrets) >= 3
    assert lines
    assert answers
    for text in [*lines, *answers]:
        if any(secret in text for secret in secrets):
            pytest.fail("A log line or an answer holds a secret; it is not shown here.")
