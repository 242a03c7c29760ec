"""Subscriptions that a deploy declares: a stack of its own beside the shared one, in the same local AWS."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local import http_api, sam
from local.callfire_twin import CALLBACK_PATH
from local.samples import SAMPLES
from local.stack import Stack
from local.subscriptions import call
from tests.stack.twin import Twin

NAME = "declared"


@dataclass(frozen=True)
class Declared:
    """A stack that is deployed with a list of subscriptions."""

    shared: Stack
    state_dir: Path

    def deploy(self, subscriptions: str, **parameters: str) -> None:
        """Deploy it. Raises RuntimeError where that fails."""
        parameters = {"CallFireUrl": self.shared.callfire_twin + CALLBACK_PATH, **parameters}
        sam.deploy(
            self.state_dir,
            endpoint_url=self.shared.endpoint_url,
            stack_name=NAME,
            parameters={"Subscriptions": subscriptions, **parameters},
        )

    def api_url(self) -> str:
        """Where its API is, on the laptop."""
        api_id = http_api.make_routes(self.shared.aws, NAME)
        return f"{self.shared.endpoint_url}/_aws/execute-api/{api_id}/$default"

    def state_of(self, subscription: str) -> str:
        """What its API says of a subscription."""
        return str(call("GET", f"{self.api_url()}/subscriptions/{subscription}").json()["state"])

    def items(self, table: str) -> list[Mapping[str, Any]]:
        """Its subscriptions table, which outlives it."""
        return list(self.shared.aws.dynamodb.scan(TableName=table)["Items"])

    def delete(self) -> None:
        """Delete it. Raises botocore's WaiterError where that fails."""
        self.shared.aws.cloudformation.delete_stack(StackName=NAME)
        waiter = self.shared.aws.cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


@pytest.fixture
def declared(stack: Stack, state_dir: Path) -> Iterator[Declared]:
    """A stack to be deployed, with the account's API key in place; it is deleted in the end."""
    key = stack.aws.ssm.get_parameter(Name=stack.outputs["CallFireApiKeyParameterName"], WithDecryption=True)
    stack.aws.ssm.put_parameter(
        Name=f"/{NAME}/callfire-api-key", Value=key["Parameter"]["Value"], Type="SecureString", Overwrite=True
    )
    deployed = Declared(stack, state_dir)
    yield deployed
    deployed.delete()


@pytest.fixture
def nobody() -> str:
    """The URL of a CallFire that is down."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/callback"


def test_a_deploy_subscribes(stack: Stack, declared: Declared, nobody: str) -> None:
    """A deploy makes its list so; one that CallFire does not confirm is rolled back without harm; a delete revokes."""
    twin = Twin(stack.callfire_twin)
    declared.deploy("callfinish-70001")
    assert twin.urls()["callfinish/70001"].startswith("https://")
    where = declared.api_url()

    # Its own URL exists on AWS alone; with one of the laptop's, what is subscribed is rotated to it.
    both = "callfinish-70001, campaignfinish-70002"
    declared.deploy(both, PublicUrl=where)
    assert twin.urls()["callfinish/70001"].startswith(where)
    assert twin.post("callfinish/70001", SAMPLES["call-finished"])[0] == 200
    assert twin.post("campaignfinish/70002", SAMPLES["campaign-finished"])[0] == 200

    kept = twin.urls()["campaignfinish/70002"]
    declared.deploy("campaignfinish-70002", PublicUrl=where)
    assert "callfinish/70001" not in twin.urls()
    assert declared.state_of("callfinish-70001") == "unsubscribed"

    with pytest.raises(RuntimeError, match="CallFire cannot be"):
        declared.deploy(both, PublicUrl=where, CallFireUrl=nobody)
    assert declared.state_of("campaignfinish-70002") == "subscribed"
    assert declared.state_of("callfinish-70001") == "unsubscribed"
    assert twin.urls()["campaignfinish/70002"] == kept

    declared.deploy("campaignfinish-70002", PublicUrl=where, CallFireUrl=nobody)
    resource = stack.aws.cloudformation.describe_stack_resource(StackName=NAME, LogicalResourceId="SubscriptionsTable")
    table = resource["StackResourceDetail"]["PhysicalResourceId"]
    declared.delete()
    states = {item["subscription"]["S"]: item["state"]["S"] for item in declared.items(table)}
    assert states == {"callfinish-70001": "unsubscribed", "campaignfinish-70002": "unsubscribed"}


def test_deleting_the_stack_tells_callfire(stack: Stack, declared: Declared) -> None:
    """Deleting a stack takes its URLs away from CallFire."""
    twin = Twin(stack.callfire_twin)
    declared.deploy("callfinish-70003")
    assert "callfinish/70003" in twin.urls()
    declared.delete()
    assert "callfinish/70003" not in twin.urls()
