"""Record the permissions that the code's AWS calls need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from callfire_postbacks.aws import clients

Permission = tuple[str, str]
"""An action, and the logical id of its resource (with the path of an index), or the name of an SSM parameter."""

OF_LAMBDA: Final = frozenset({
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
})
"""Lambda's own use of a function's role: it writes logs and traces."""

OF_A_QUEUE: Final = frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"})
"""Permissions for feeding a function from a queue, as in AWS's AWSLambdaSQSQueueExecutionRole."""

_CLIENTS: Final[list[Callable[[], Any]]] = [
    clients.dynamodb,
    clients.sns,
    clients.sqs,
    clients.ssm,
    clients.ssm_once,
]


@contextmanager
def recording() -> Iterator[set[Permission]]:
    """Collect the permissions that calls need until the block ends."""
    used: set[Permission] = set()
    watched: list[Any] = [client() for client in _CLIENTS]

    def record(params: dict[str, Any], event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        used.update(_needed(service, operation, params))

    for client in watched:
        client.meta.events.register("provide-client-params", record)
    try:
        yield used
    finally:
        for client in watched:
            client.meta.events.unregister("provide-client-params", record)


def _needed(service: str, operation: str, params: dict[str, Any]) -> set[Permission]:
    """List the permissions for one call, as in AWS's service authorization reference."""
    match operation:
        case "PublishBatch":
            return {("sns:Publish", _last(params["TopicArn"]))}
        case "TransactWriteItems":  # needs the permissions of its individual calls
            return {
                (f"dynamodb:{kind}Item", one["TableName"])
                for item in params["TransactItems"]
                for kind, one in item.items()
            }
        case "BatchGetItem":
            return {("dynamodb:BatchGetItem", table) for table in params["RequestItems"]}
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    resource = params.get("TableName") or params.get("TopicArn") or params.get("QueueUrl") or params["Name"]
    return {(f"{service}:{operation}", resource if service == "ssm" else _last(resource) + index)}


def _last(name: str) -> str:
    """Return the logical id in an ARN or a URL of the tests' AWS."""
    return name.replace("/", ":").rpartition(":")[2]
