"""Direct invocations of the stack's functions."""

import json
from typing import Any, Final

from postbacks_cli.aws.stack import Stack
from postbacks_cli.errors import CommandError

SUBSCRIPTIONS: Final = "SubscriptionsFunctionName"
"""The stack's output with the name of the function that manages subscriptions."""


class ProblemError(CommandError):
    """The function answered with a problem (RFC 9457); `kind` identifies it: "unknown-subscription"."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(" ".join(str(problem.get("detail") or problem["title"]).split()))
        self.kind = problem["type"].rpartition(":")[2]


def invoke(stack: Stack, output: str, request: dict[str, Any]) -> dict[str, Any]:
    """Invoke the function that an output names. Raises CommandError if it fails or answers with a problem."""
    answer = stack.aws.functions.invoke(FunctionName=stack.output(output), Payload=json.dumps(request))
    body: dict[str, Any] = json.loads(answer["Payload"].read())
    if failure := answer.get("FunctionError"):
        raise CommandError(" ".join(f"The function failed: {body.get('errorMessage', failure)}".split()))
    if str(body.get("type", "")).startswith("urn:callfire-postbacks:problem:"):
        raise ProblemError(body)
    return body
