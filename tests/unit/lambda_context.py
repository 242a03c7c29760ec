"""The context that Lambda gives to a handler."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """A context with some time left."""

    seconds_left: float = 60
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """How long the function may still run."""
        return int(self.seconds_left * 1000)
