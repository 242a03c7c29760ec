"""Lambda's context for an invocation of a handler."""

from types import SimpleNamespace
from typing import Any, Final

CONTEXT: Final[Any] = SimpleNamespace(
    function_name="bench",
    function_version="$LATEST",
    aws_request_id="6d68ca91-49c9-448d-89b8-7ca3e6dc66aa",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:bench",
    get_remaining_time_in_millis=lambda: 120_000,
)
