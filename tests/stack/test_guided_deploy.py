"""A user's first deployment, an upgrade and the deletion, with SAM's questions answered in a terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.fake_callfire.server import CALLBACK_PATH
from local.stack import Stack
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.stack.guided import ANSWERS, Checkout, check_out
from tests.support.stack.own_stack import OwnStack, own_stack
from tools import ROOT
from tools.template import load_template

RELEASE = "Of the next release."
AGREED = {"Deploy this changeset": "y", "Are you sure": "y"}
"""The only questions that need an answer, as docs/deploy.md says; Enter answers every other one."""


@pytest.fixture
def guided(stack: Stack, state_dir: Path) -> Iterator[OwnStack]:
    """Return the stack that the user deploys, with the API key stored."""
    with own_stack(stack, state_dir, "guided") as deployed:
        yield deployed


def test_from_the_guided_deployment_to_the_end(stack: Stack, guided: OwnStack, tmp_path: Path) -> None:
    """The guided deployment saves its answers; later ones use them, and keep subscriptions and stored events.

    Deleting the stack ends the subscriptions and keeps the answers.
    """
    checkout, callfire = check_out(tmp_path, stack), FakeCallFire(stack.fake_callfire)
    answers = AGREED | {
        "Stack Name": guided.name,
        "Parameter Subscriptions ": "callfinish-80001",
        "Parameter CallFireUrl": stack.fake_callfire + CALLBACK_PATH,
    }
    assert checkout.make("deploy", answers) == 0, checkout.output
    saved = checkout.answers()
    assert saved["stack_name"] == saved["s3_prefix"] == guided.name
    assert 'Subscriptions="callfinish-80001"' in saved["parameter_overrides"]
    url, table = callfire.urls()["callfinish/80001"], guided.physical_id("SubscriptionsTable")

    assert checkout.make("deploy", AGREED) == 0, checkout.output
    assert "No changes to deploy" in checkout.output[-1]

    upgrade(checkout)
    assert checkout.make("deploy", AGREED) == 0, checkout.output
    function = stack.aws.functions.get_function_configuration(FunctionName=guided.physical_id("ReceiveFunction"))
    assert function["Description"] == RELEASE
    assert callfire.urls()["callfinish/80001"] == url
    assert guided.physical_id("SubscriptionsTable") == table

    sam = (sys.executable, "-m", "samcli")
    assert checkout.run(*sam, "delete", "--config-file", ANSWERS, answers=AGREED) == 0, checkout.output
    assert "callfinish/80001" not in callfire.urls()
    assert [item["state"]["S"] for item in guided.items(table)] == ["unsubscribed"]
    assert checkout.answers() == saved
    assert (checkout.root / "samconfig.toml").read_bytes() == (ROOT / "samconfig.toml").read_bytes()
    assert not any("/postbacks/callfinish" in text for text in checkout.output)


def upgrade(checkout: Checkout) -> None:
    """Install the next release: another template and other code."""
    template = checkout.root / "template.yaml"
    module = checkout.root / "src" / "callfire_postbacks" / "__init__.py"
    description = load_template()["Resources"]["ReceiveFunction"]["Properties"]["Description"]
    template.write_text(template.read_text().replace(description, RELEASE))
    module.write_text(f"{module.read_text()}# {RELEASE}\n")
