"""Lambda's context for a handler."""

from aws_lambda_powertools.utilities.typing import LambdaContext


class Context(LambdaContext):
    """A context with some time left."""

    def __init__(self, seconds_left: float = 60) -> None:
        self.seconds_left = seconds_left
        self._function_name = "function"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
        self._aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]  # Powertools makes a property of a method
        """Return how long the function may still run."""
        return int(self.seconds_left * 1000)
