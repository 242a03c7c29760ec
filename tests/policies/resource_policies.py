"""The policies of topics, queues and functions in the template, by a second IAM engine.

`make test-policies` runs this; `make test`, which needs no npm, does not. moto's engine checks the roles
(tests/unit/template/test_roles_by_policy_engine.py), but evaluates no policy of a resource.
"""

from typing import Any, Final

import pytest

from tests.support.roles.arns import Deployment
from tests.support.roles.policy_simulator import ADMIN, ALLOWED, DENIED, NOT_ALLOWED, Request, surprises

ORGANIZATION: Final = "o-a1b2c3d4e5"
SHARED: Final = Deployment(SubscriberAccounts="222222222222", SubscriberOrganization=ORGANIZATION)
PRIVATE: Final = Deployment()

PLAIN: Final = {"aws:SecureTransport": "false"}
OURS: Final = "arn:aws:iam::123456789012:role/consumer"
THEIRS: Final = "arn:aws:iam::222222222222:role/consumer"
STRANGER: Final = "arn:aws:iam::333333333333:role/consumer"


def topic(name: str, deployment: Deployment = SHARED) -> dict[str, Any]:
    """Return a topic and its policy."""
    document = deployment.resources[f"{name}Policy"]["Properties"]["PolicyDocument"]
    return {"resource": deployment.arn(name), "policy": deployment.resolve(document)}


def role(name: str) -> dict[str, Any]:
    """Return a function's role and its policies."""
    return {"principal": PRIVATE.arn(name), "identity": tuple(PRIVATE.roles()[name])}


def test_topic_of_events() -> None:
    """Only this account, listed accounts and the organization subscribe, and only the functions publish."""

    def subscribe(who: str, protocol: str = "sqs", organization: str = "", deployment: Deployment = SHARED) -> Request:
        context = {"sns:Protocol": protocol} | ({"aws:PrincipalOrgID": organization} if organization else {})
        return Request(who, "sns:Subscribe", context=context, identity=(ADMIN,), **topic("EventsTopic", deployment))

    def call(action: str) -> Request:
        return Request(THEIRS, action, identity=(ADMIN,), **topic("EventsTopic"))

    publish = {"action": "sns:Publish"} | role("ReceiveRole") | topic("EventsTopic")
    assert not surprises({
        "a listed account subscribes": (subscribe(THEIRS), ALLOWED),
        "its CloudFormation reads the topic": (call("sns:GetTopicAttributes"), ALLOWED),
        "it subscribes over HTTPS": (subscribe(THEIRS, "https"), ALLOWED),
        "it subscribes over HTTP": (subscribe(THEIRS, "http"), DENIED),
        "it publishes": (call("sns:Publish"), NOT_ALLOWED),
        "it changes the topic": (call("sns:SetTopicAttributes"), NOT_ALLOWED),
        "it shares the topic": (call("sns:AddPermission"), NOT_ALLOWED),
        "it is not listed": (subscribe(THEIRS, deployment=PRIVATE), NOT_ALLOWED),
        "a stranger subscribes": (subscribe(STRANGER), NOT_ALLOWED),
        "an account of the organization": (subscribe(STRANGER, organization=ORGANIZATION), ALLOWED),
        "an account of another organization": (subscribe(STRANGER, organization="o-another000"), NOT_ALLOWED),
        "this account subscribes": (subscribe(OURS, deployment=PRIVATE), ALLOWED),
        "this account subscribes over HTTP": (subscribe(OURS, "http", deployment=PRIVATE), DENIED),
        "receive publishes": (Request(**publish), ALLOWED),
        "receive publishes without TLS": (Request(**publish, context=PLAIN), DENIED),
    })


def test_topic_of_alarms() -> None:
    """Only CloudWatch publishes, for alarms of this account, over TLS."""

    def publish(service: str = "cloudwatch", account: str = "123456789012", **context: str) -> Request:
        source = {"aws:SourceAccount": account}
        return Request(f"{service}.amazonaws.com", "sns:Publish", context=source | context, **topic("AlarmTopic"))

    assert not surprises({
        "an alarm": (publish(), ALLOWED),
        "an alarm of another account": (publish(account="222222222222"), NOT_ALLOWED),
        "an alarm without TLS": (publish(**PLAIN), DENIED),
        "another service": (publish("events"), NOT_ALLOWED),
        "another account": (Request(THEIRS, "sns:Publish", identity=(ADMIN,), **topic("AlarmTopic")), NOT_ALLOWED),
    })


@pytest.mark.parametrize("queue", ["ParkedQueue", "RejectedQueue"])
def test_queues(queue: str) -> None:
    """Only roles of this account use the queues, over TLS."""
    policy = PRIVATE.resolve(PRIVATE.resources["QueuesOverTlsOnly"]["Properties"]["PolicyDocument"])
    held: dict[str, Any] = {"resource": PRIVATE.arn(queue), "policy": policy}
    send = {"action": "sqs:SendMessage"} | role("ReceiveRole") | held
    look: dict[str, Any] = {"principal": OURS, "action": "sqs:ReceiveMessage", "identity": (ADMIN,)} | held
    assert not surprises({
        "receive sends": (Request(**send), ALLOWED),
        "receive sends without TLS": (Request(**send, context=PLAIN), DENIED),
        "an operator looks": (Request(**look), ALLOWED),
        "an operator looks without TLS": (Request(**look, context=PLAIN), DENIED),
        "another account sends": (Request(THEIRS, "sqs:SendMessage", identity=(ADMIN,), **held), NOT_ALLOWED),
        "another account looks": (Request(THEIRS, "sqs:ReceiveMessage", identity=(ADMIN,), **held), NOT_ALLOWED),
        "SNS": (Request("sns.amazonaws.com", "sqs:SendMessage", **held), NOT_ALLOWED),
    })


def test_poller_of_drain() -> None:
    """The poller of drain receives from the parked queue with drain's role."""
    receive = {"action": "sqs:ReceiveMessage"} | role("DrainRole")
    assert not surprises({
        "parked": (Request(resource=PRIVATE.arn("ParkedQueue"), **receive), ALLOWED),
        "rejected": (Request(resource=PRIVATE.arn("RejectedQueue"), **receive), NOT_ALLOWED),
    })


def test_invocations() -> None:
    """API Gateway invokes receive for the routes of this API that lead to it, and for no others."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:ReceiveFunction:live"
    permissions = [one["Properties"] for one in PRIVATE.of_type("AWS::Lambda::Permission").values()]
    statements = [
        {
            "Effect": "Allow",
            "Principal": {"Service": one["Principal"]},
            "Action": one["Action"],
            "Resource": arn,
            "Condition": {"ArnLike": {"aws:SourceArn": PRIVATE.resolve(one["SourceArn"])}},
        }
        for one in permissions
        if one["FunctionName"] == {"Ref": "ReceiveFunctionAliaslive"}
    ]
    assert statements

    def invoke(route: str, api: str = "PostbackApi") -> Request:
        source = {"aws:SourceArn": f"arn:aws:execute-api:us-east-1:123456789012:{api}/$default/{route}"}
        policy = {"Version": "2012-10-17", "Statement": statements}
        return Request("apigateway.amazonaws.com", "lambda:InvokeFunction", arn, source, policy=policy)

    assert not surprises({
        "a postback": (invoke("POST/postbacks/callfinish/TOKEN"), ALLOWED),
        "a postback, by the name of its route": (invoke("POST/postbacks/{subscription}/{token}"), ALLOWED),
        "a browser": (invoke("GET/postbacks/callfinish/TOKEN"), ALLOWED),
        "a postback of another API": (invoke("POST/postbacks/callfinish/TOKEN", api="another"), NOT_ALLOWED),
        "another route": (invoke("PUT/subscriptions/callfinish"), NOT_ALLOWED),
    })
