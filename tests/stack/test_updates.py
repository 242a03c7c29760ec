"""A second deployment: changes take effect, and stored data stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.stack.own_stack import OwnStack, own_stack
from tools.samples import SAMPLES


@pytest.fixture
def updated(stack: Stack, state_dir: Path) -> Iterator[OwnStack]:
    """Return a stack to deploy twice."""
    with own_stack(stack, state_dir, "updated") as deployed:
        yield deployed


def test_parameter_takes_effect(stack: Stack, updated: OwnStack) -> None:
    """A new parameter value holds from the next postback on, without a change of code."""
    updated.sam_deploy()
    updated.sam_deploy(PublicUrl=updated.api_url(), Subscriptions="callfinish-60001", CallFireTimeZone="UTC")
    assert FakeCallFire(stack.fake_callfire).post("callfinish/60001", SAMPLES["text-sent"])[0] == 200
    [item] = updated.items(updated.physical_id("EventsTable"))
    assert item["event"]["M"]["data"]["M"]["assumed_time_zone"]["S"] == "UTC"


def test_tables_outlive_their_stack(stack: Stack, state_dir: Path) -> None:
    """A deleted stack leaves its tables with all items, and removes the parameters that named them."""
    with own_stack(stack, state_dir, "kept") as kept:
        kept.deploy(DeletionProtection="true")
        table = kept.physical_id("EventsTable")
        named = stack.aws.ssm.get_parameter(Name="/kept/events-table-name")["Parameter"]["Value"]
    assert named == table
    described = stack.aws.dynamodb.describe_table(TableName=table)["Table"]
    assert described["DeletionProtectionEnabled"]
    with pytest.raises(stack.aws.ssm.exceptions.ParameterNotFound):
        stack.aws.ssm.get_parameter(Name="/kept/events-table-name")
