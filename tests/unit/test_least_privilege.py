"""What each function may do, against what it does: the template's roles and the calls that the functions make."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from callfire_postbacks.aws import clients
from callfire_postbacks.functions import drain, receive, relay, subscriptions
from callfire_postbacks.postback import to_message
from tests.support.aws_faults import answering, refusal
from tests.support.building import call, element, postback, request
from tests.support.contents import subscribe
from tests.support.fake_callfire import Server
from tests.support.lambda_context import Context
from tests.support.unpublished import store_events
from tools.pages import roles
from tools.template import load_template, processed

Permission = tuple[str, str]
"""An action, and the logical id of the resource it is for."""

LAMBDA: Final[Any] = Context()

_LAMBDA_ITSELF: Final = {"logs:CreateLogStream", "logs:PutLogEvents"} | {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
"""What Lambda does with a function's role on its own account: logs and traces."""

_OF_A_QUEUE: Final = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""What Lambda needs to feed a function from a queue (AWS's managed policy AWSLambdaSQSQueueExecutionRole)."""


def test_page_is_what_the_command_makes() -> None:
    """docs/roles.md says what the template says."""
    assert roles.PAGE.read_text() == roles.page(), "run `make pages`"


def test_no_wildcard() -> None:
    """No role has an action or a resource with a wildcard, but for X-Ray, which knows no resources."""
    for row in roles.roles():
        assert "*" not in row.action
        assert "*" not in row.resource or row.action.startswith("xray:")


def test_functions_are_invoked_for_routes_only() -> None:
    """Whoever may invoke a function from outside its account's roles is this API, for one route each."""
    invokers = [row for row in roles.resource_policies() if row.action == "lambda:InvokeFunction"]
    assert {row.principal for row in invokers} == {"apigateway.amazonaws.com"}
    assert all("PostbackApi/*/" in row.condition for row in invokers)


def test_tls_is_asked_for() -> None:
    """Every topic and every queue refuses what does not come over TLS, and no consumer is delivered to without."""
    denied = {row.resource for row in roles.resource_policies() if row.condition == "Bool aws:SecureTransport false"}
    kinds = {name: one["Type"] for name, one in processed()["Resources"].items()}
    assert denied == {name for name, kind in kinds.items() if kind in ("AWS::SNS::Topic", "AWS::SQS::Queue")}
    assert ("Deny", "sns:Subscribe", "StringEquals sns:Protocol http") in {
        (row.effect, row.action, row.condition) for row in roles.resource_policies()
    }


def test_nobody_else_subscribes_by_default() -> None:
    """The topic's policy admits others only where a parameter names them."""
    allowed = [row for row in roles.resource_policies() if row.effect == "Allow" and row.resource == "EventsTopic"]
    assert [(row.action, row.only_if) for row in allowed] == [
        (action, condition)
        for condition in ("HasSubscriberAccounts", "HasSubscriberOrganization")
        for action in ("sns:Subscribe", "sns:GetTopicAttributes")
    ]


@pytest.mark.usefixtures("aws")
def test_receive_may_do_what_it_does() -> None:
    """Receive's role has the permissions its calls ask for, and no other."""
    subscribe()
    with using() as used:
        answered = [receive.handler(request(body), LAMBDA)["statusCode"] for body in (call(element("a", "1")), b"?")]
        with answering("dynamodb.PutItem", refusal("InternalServerError", 500)):
            answered.append(receive.handler(request(), LAMBDA)["statusCode"])
    assert answered == [200, 400, 202]
    assert granted("ReceiveRole") == used


@pytest.mark.usefixtures("aws")
def test_drain_may_do_what_it_does() -> None:
    """Drain's role has the permissions its calls ask for, those that Lambda asks for to feed it, and no other."""
    subscribe()
    with using() as used:
        assert drain.handler(_parked(call(element("a", "1")), b"?"), LAMBDA) == {"batchItemFailures": []}
    assert granted("DrainRole") == used | {(action, "ParkedQueue") for action in _OF_A_QUEUE}


@pytest.mark.usefixtures("aws")
def test_relay_may_do_what_it_does() -> None:
    """Relay's role has the permissions that publishing and every kind of replay ask for, and no other."""
    ids = store_events(2)
    year = {"from": "2000-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
    selections: list[dict[str, Any]] = [{"ids": ids}, {"campaign_id": "22222"}, year]
    with using() as used:
        assert relay.handler({}, LAMBDA)["published"] == 2
        for selection in selections:
            assert relay.handler({"replay": selection}, LAMBDA)["events"] == 2
    assert granted("RelayRole") == used


def test_subscriptions_may_do_what_it_does(fake_callfire: Server) -> None:
    """The role of subscriptions has the permissions its actions ask for, and no other."""
    with using() as used:
        for action in ("subscribe", "show", "create-url", "list", "unsubscribe"):
            answer = subscriptions.handler({"action": action, "subscription": "callfinish"}, LAMBDA)
            assert answer
            assert "status" not in answer
    assert len(fake_callfire.account.told) == 1
    assert granted("SubscriptionsRole") == used


@pytest.mark.parametrize("role", ["ReceiveRole", "DrainRole", "RelayRole", "SubscriptionsRole"])
def test_customers_key_is_used_through_services_only(role: str) -> None:
    """A role may use the customer's key, where there is one, through the services it uses and in no other way."""
    rows = [row for row in roles.roles() if row.owner == role and row.action.startswith("kms:")]
    assert {(row.action, row.resource, row.only_if) for row in rows} == {
        (action, "KmsKeyArn", "HasKmsKey") for action in ("kms:Decrypt", "kms:GenerateDataKey")
    }
    services = sorted({action.partition(":")[0] for action, _ in granted(role)})
    through = ", ".join(f"{service}.${{AWS::Region}}.amazonaws.com" for service in services)
    assert {row.condition for row in rows} == {f"StringEquals kms:ViaService {through}"}


def granted(role: str) -> set[Permission]:
    """What a role allows its function's own calls."""
    return {
        (row.action, _parameter(row.resource))
        for row in roles.roles()
        if row.owner == role and row.effect == "Allow" and row.action not in _LAMBDA_ITSELF
        if not row.action.startswith("kms:")
    }


@contextmanager
def using() -> Iterator[set[Permission]]:
    """Collects the permissions that the calls made meanwhile ask for."""
    used: set[Permission] = set()
    clients: list[Any] = [made() for made in _CLIENTS]

    def record(params: dict[str, Any], event_name: str, **_: object) -> None:
        service, operation = event_name.split(".")[1:]
        used.update(_needed(service, operation, params))

    for client in clients:
        client.meta.events.register("provide-client-params", record)
    try:
        yield used
    finally:
        for client in clients:
            client.meta.events.unregister("provide-client-params", record)


_CLIENTS: Final[list[Callable[[], Any]]] = [clients.dynamodb, clients.sns, clients.sqs, clients.ssm]


def _needed(service: str, operation: str, params: dict[str, Any]) -> set[Permission]:
    """The permissions for one call: AWS's service authorization reference says which."""
    match operation:
        case "PublishBatch":
            return {("sns:Publish", _last(params["TopicArn"]))}
        case "TransactWriteItems":  # needs those of the calls it is made of
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
    """The logical id in an ARN or a URL of the tests' AWS."""
    return name.replace("/", ":").rpartition(":")[2]


def _parameter(resource: str) -> str:
    """A resource; of SSM's parameters, the name that it has by default."""
    name = resource.rpartition(" or ")[2].rpartition("parameter")[2]
    return name.replace("${AWS::StackName}", os.environ["POWERTOOLS_SERVICE_NAME"])


def _parked(*bodies: bytes) -> dict[str, Any]:
    """Parked postbacks as Lambda hands them to drain."""
    sent = str(int(datetime.now(UTC).timestamp() * 1000))
    return {
        "Records": [
            {
                "messageId": str(number),
                "eventSource": "aws:sqs",
                "attributes": {"SentTimestamp": sent},
                "body": to_message(postback(body)),
            }
            for number, body in enumerate(bodies)
        ]
    }


def test_environment_holds_no_secret() -> None:
    """No environment can hold a secret: no parameter hides its value, and none is looked up when deploying."""
    template = load_template()
    assert not any(parameter.get("NoEcho") for parameter in template["Parameters"].values())
    assert "{{resolve:" not in json.dumps(template, default=str)
