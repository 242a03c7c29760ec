"""The filter policies of examples/ on the deployed topic, all at once, fed through the deployed API."""

from contextlib import ExitStack

import pytest

from local.stack import Stack
from tests.support.contract.filter_policies import LETS_THROUGH, POLICIES, POSTBACKS
from tests.support.http import post
from tests.support.stack.consumers import consumer


@pytest.mark.usefixtures("no_events")
def test_each_consumer_gets_the_events_of_its_policy(stack: Stack) -> None:
    """Each policy's consumer gets exactly the events after which the policy is named."""
    with ExitStack() as consumers:
        receive = {
            policy.name: consumers.enter_context(consumer(stack, filter_policy=policy.rules, scope=policy.scope))
            for policy in POLICIES
        }
        ids = {
            post(stack.postback_urls["campaignfinish" if name == "campaign" else "callfinish"], body).json["id"]: name
            for name, body in POSTBACKS.items()
        }
        got = {name: {ids[one.event["id"]] for one in receive[name](len(LETS_THROUGH[name]))} for name in receive}

    assert got == LETS_THROUGH
