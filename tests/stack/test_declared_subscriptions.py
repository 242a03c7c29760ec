"""Subscriptions declared by a deployment: a separate stack beside the shared one, in the same local AWS."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import WaiterError

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.stack.own_stack import OwnStack, own_stack
from tools.samples import SAMPLES


@pytest.fixture
def declared(stack: Stack, state_dir: Path) -> Iterator[OwnStack]:
    """Return a stack to deploy with a list of subscriptions."""
    with own_stack(stack, state_dir, "declared") as deployed:
        yield deployed


@pytest.fixture
def unused() -> str:
    """Return the URL of a CallFire that is down."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/callback"


def test_a_deploy_subscribes(stack: Stack, declared: OwnStack, unused: str) -> None:
    """A deploy applies its list; one that CallFire does not confirm rolls back without harm; a delete revokes."""
    fake_callfire = FakeCallFire(stack.fake_callfire)
    declared.deploy(Subscriptions="callfinish-70001")
    assert fake_callfire.urls()["callfinish/70001"].startswith("https://")
    where = declared.api_url()

    # The stack's own URL exists only on AWS; with a local one, existing subscriptions are rotated to it.
    both = "callfinish-70001, campaignfinish-70002"
    declared.deploy(Subscriptions=both, PublicUrl=where)
    assert fake_callfire.urls()["callfinish/70001"].startswith(where)
    assert fake_callfire.post("callfinish/70001", SAMPLES["call-finished"])[0] == 200
    assert fake_callfire.post("campaignfinish/70002", SAMPLES["campaign-finished"])[0] == 200

    # A guided deployment saves an empty list, which a plain one then sends: that ends nothing.
    declared.deploy(Subscriptions="", PublicUrl=where)
    assert fake_callfire.post("callfinish/70001", SAMPLES["call-finished"])[0] == 200

    kept = fake_callfire.urls()["campaignfinish/70002"]
    declared.deploy(Subscriptions="campaignfinish-70002", PublicUrl=where)
    assert "callfinish/70001" not in fake_callfire.urls()
    assert declared.state_of("callfinish-70001") == "unsubscribed"

    with pytest.raises(RuntimeError, match="CallFire cannot be"):
        declared.sam_deploy(Subscriptions=both, PublicUrl=where, CallFireUrl=unused)
    assert declared.state_of("campaignfinish-70002") == "subscribed"
    assert declared.state_of("callfinish-70001") == "unsubscribed"
    assert fake_callfire.urls()["campaignfinish/70002"] == kept

    declared.deploy(Subscriptions="campaignfinish-70002", PublicUrl=where, CallFireUrl=unused)
    table = declared.physical_id("SubscriptionsTable")
    declared.delete()
    states = {item["subscription"]["S"]: item["state"]["S"] for item in declared.items(table)}
    assert states == {"callfinish-70001": "unsubscribed", "campaignfinish-70002": "unsubscribed"}


def test_first_deployment_without_the_key(stack: Stack, declared: OwnStack) -> None:
    """Without the API key, a first deployment with a list fails, and leaves no table."""
    stack.aws.ssm.delete_parameter(Name=f"/{declared.name}/callfire-api-key")
    with pytest.raises(WaiterError, match="ROLLBACK"):
        declared.deploy(Subscriptions="callfinish-70004")
    tables = stack.aws.dynamodb.get_paginator("list_tables").paginate()
    assert not [name for page in tables for name in page["TableNames"] if name.startswith(f"{declared.name}-")]


def test_deleting_the_stack_tells_callfire(stack: Stack, declared: OwnStack) -> None:
    """Deleting a stack removes its URLs from CallFire."""
    fake_callfire = FakeCallFire(stack.fake_callfire)
    declared.deploy(Subscriptions="callfinish-70003")
    assert "callfinish/70003" in fake_callfire.urls()
    declared.delete()
    assert "callfinish/70003" not in fake_callfire.urls()
