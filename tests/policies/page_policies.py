"""The policies that the pages tell users to copy, by a second IAM engine; `make test-policies` runs this."""

import json
from typing import Any, Final

from tests.support.pages import PAGES, blocks
from tests.support.roles.arns import Deployment, Document
from tests.support.roles.policy_simulator import ADMIN, ALLOWED, NOT_ALLOWED, Cases, Request, surprises
from tools import ROOT

KEY: Final = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
DEPLOYMENT: Final = Deployment(KmsKeyArn=KEY)
OURS: Final = "arn:aws:iam::123456789012:role/caller"
PLACEHOLDERS: Final = {
    "ACCOUNT": "123456789012",
    "REGION": "us-east-1",
    "STACK": "callfire-postbacks",
    "API_ID": "a1",
    "kms:EncryptionContext:aws:logs:arn": "aws:SourceArn",  # the engine knows no keys of an encryption context
}
SERVICES: Final = {
    "ReceiveRole": {"dynamodb", "sns", "sqs", "ssm"},
    "DrainRole": {"dynamodb", "sns", "sqs", "ssm"},
    "RelayRole": {"dynamodb", "sns"},
    "SubscriptionsRole": {"dynamodb", "ssm"},
}
"""The services through which a role may use the key."""


def policy_of(page: str, number: int = 0) -> Document:
    """Return a policy or statement on a page, the first one by default, with its placeholders replaced."""
    text = blocks(PAGES[ROOT / "docs" / page], "json")[number]
    for name, value in PLACEHOLDERS.items():
        text = text.replace(name, value)
    document: Document = json.loads(text)
    return document


def use_key(principal: str, action: str = "kms:Decrypt", **request: Any) -> Request:  # noqa: ANN401  any field
    """Return a use of the customer's key."""
    return Request(principal, action, KEY, policy=policy_of("customer-key.md"), **request)


def test_key_of_functions() -> None:
    """A role uses the key through the services that it calls, and never directly."""

    def use(role: str, context: dict[str, str]) -> Request:
        return use_key(DEPLOYMENT.arn(role), identity=tuple(DEPLOYMENT.roles()[role]), context=context)

    cases: Cases = {
        f"{role} through {service}": (
            use(role, {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}),
            ALLOWED if service in services else NOT_ALLOWED,
        )
        for role, services in SERVICES.items()
        for service in ("dynamodb", "sns", "sqs", "ssm", "s3")
    }
    directly: Cases = {f"{role} directly": (use(role, {}), NOT_ALLOWED) for role in SERVICES}
    assert not surprises(cases | directly)


def test_key_while_it_changes() -> None:
    """With the temporary statement, the stack's roles use a key that they do not allow, and no other caller does."""
    statement = policy_of("customer-key.md", 1)
    key: Document = {"Version": "2012-10-17", "Statement": [statement]}
    role = "arn:aws:iam::123456789012:role/callfire-postbacks-ReceiveRole-A1"

    def use(principal: str = role, *, action: str = "kms:Decrypt", through: str | None = "sqs") -> Request:
        context = {"kms:CallerAccount": principal.split(":")[4], "aws:PrincipalArn": principal}
        context |= {"kms:ViaService": f"{through}.us-east-1.amazonaws.com"} if through else {}
        return Request(principal, action, KEY, context, policy=key)

    services: Cases = {name: (use(through=name), ALLOWED) for name in SERVICES["ReceiveRole"]}
    assert not surprises(
        services
        | {
            "encrypt": (use(action="kms:GenerateDataKey"), ALLOWED),
            "directly": (use(through=None), NOT_ALLOWED),
            "through another service": (use(through="s3"), NOT_ALLOWED),
            "delete the key": (use(action="kms:ScheduleKeyDeletion"), NOT_ALLOWED),
            "another role": (use(OURS), NOT_ALLOWED),
            "another account": (use(role.replace("123456789012", "222222222222")), NOT_ALLOWED),
        }
    )


def test_key_of_aws() -> None:
    """CloudWatch Logs uses the key for the log groups of the stack, and CloudWatch for alarms of the account."""

    def log(group: str, region: str = "us-east-1", action: str = "kms:GenerateDataKey") -> Request:
        arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"
        return use_key(f"logs.{region}.amazonaws.com", action, context={"aws:SourceArn": arn})

    def alarm(account: str, action: str) -> Request:
        return use_key("cloudwatch.amazonaws.com", action, context={"aws:SourceAccount": account})

    groups = DEPLOYMENT.of_type("AWS::Logs::LogGroup").values()
    names = [DEPLOYMENT.resolve(group["Properties"]["LogGroupName"]) for group in groups]
    logs: Cases = {name: (log(name), ALLOWED) for name in names}
    assert logs
    assert not surprises(
        logs
        | {
            "another log group": (log("/aws/lambda/another"), NOT_ALLOWED),
            "another region": (log(names[0], region="eu-west-1"), NOT_ALLOWED),
            "logs delete the key": (log(names[0], action="kms:ScheduleKeyDeletion"), NOT_ALLOWED),
            "an alarm encrypts": (alarm("123456789012", "kms:GenerateDataKey"), ALLOWED),
            "an alarm decrypts": (alarm("123456789012", "kms:Decrypt"), ALLOWED),
            "an alarm of another account": (alarm("222222222222", "kms:GenerateDataKey"), NOT_ALLOWED),
            "the deployer": (use_key(OURS, "kms:CreateGrant", identity=(ADMIN,)), ALLOWED),
            "another account": (use_key(OURS.replace("123456789012", "222222222222"), identity=(ADMIN,)), NOT_ALLOWED),
        }
    )


def test_callers_of_the_api() -> None:
    """The first statement of docs/permissions.md lets a caller read subscriptions, the second one change them."""
    reading, changing = policy_of("permissions.md")["Statement"]

    def call(statement: dict[str, Any], route: str) -> Request:
        arn = f"arn:aws:execute-api:us-east-1:123456789012:a1/$default/{route}"
        identity: Document = {"Version": "2012-10-17", "Statement": [statement]}
        return Request(OURS, "execute-api:Invoke", arn, identity=(identity,))

    assert not surprises({
        "read the list": (call(reading, "GET/subscriptions"), ALLOWED),
        "read one": (call(reading, "GET/subscriptions/callfinish"), ALLOWED),
        "reader subscribes": (call(reading, "PUT/subscriptions/callfinish"), NOT_ALLOWED),
        "subscribe": (call(changing, "PUT/subscriptions/callfinish"), ALLOWED),
        "unsubscribe": (call(changing, "DELETE/subscriptions/callfinish"), ALLOWED),
        "manager reads": (call(changing, "GET/subscriptions"), NOT_ALLOWED),
        "manager posts": (call(changing, "POST/postbacks/callfinish/TOKEN"), NOT_ALLOWED),
    })
