"""The receive handler, called as Lambda does."""

import json
from typing import Any, cast

from callfire_postbacks.functions import receive
from tests.support.lambda_context import Context


def answer(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return status and body of the answer to a request; the content type must match the body."""
    response = receive.handler(event, cast("Any", Context()))
    kind = "application/json" if response["statusCode"] < 300 else "application/problem+json"
    assert response["headers"] == {"content-type": kind}
    return response["statusCode"], json.loads(response["body"])
