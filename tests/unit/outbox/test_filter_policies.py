"""The filter policies of examples/: the events that each accepts, and SNS's limits.

The limits: docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
"""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from callfire_postbacks.aws.clients import sns
from callfire_postbacks.outbox import batches, topic
from tests.support.building import normalize
from tests.support.contents import consumed, consumer
from tests.support.contract.filter_policies import LETS_THROUGH, POLICIES, POSTBACKS, Policy

MAX_KEYS = 5
MAX_COMBINATIONS = 150
MAX_NUMBER = 10**9
MAX_BYTES = 256 * 1024


def keys(rules: dict[str, Any], *, depth: int = 1) -> Iterator[tuple[str, list[Any], int]]:
    """Return each key that has rules, the rules, and its depth."""
    for name, value in rules.items():
        if isinstance(value, dict):
            yield from keys(value, depth=depth + 1)
        else:
            yield name, value, depth


def numbers(value: Any) -> Iterator[float]:  # noqa: ANN401  JSON
    """Return all numbers in rules."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def test_every_policy_is_proved() -> None:
    """Each policy accepts an event and, except the policy about replays, refuses another."""
    assert {policy.name for policy in POLICIES} == LETS_THROUGH.keys()
    assert len({normalize(body)["id"] for body in POSTBACKS.values()}) == len(POSTBACKS)
    assert all(LETS_THROUGH.values())
    assert [name for name, through in LETS_THROUGH.items() if through == POSTBACKS.keys()] == ["no-replays"]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_policy_accepts_its_events(policy: Policy) -> None:
    """A consumer gets exactly the events after which its policy is named."""
    queue = consumer(policy.rules, scope=policy.scope)
    events = {name: normalize(body) for name, body in POSTBACKS.items()}
    for event in events.values():
        topic.publish(event)
    through = {event["id"] for event in consumed(queue)}
    assert {name for name, event in events.items() if event["id"] in through} == LETS_THROUGH[policy.name]


@pytest.mark.usefixtures("aws")
def test_policy_filters_replays_out() -> None:
    """A replay reaches every consumer that does not filter replays out."""
    [policy] = [policy for policy in POLICIES if policy.name == "no-replays"]
    filtered, other = consumer(policy.rules, name="Filtered"), consumer(name="Other")
    event = normalize(POSTBACKS["reply"])
    for replayed in (False, True):
        batch = [batches.entry(event, replayed=replayed)]
        assert batches.publish(batch).published == [event["id"]]
    assert len(consumed(filtered)) == 1
    assert len(consumed(other)) == 2


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_policy_is_within_the_limits(policy: Policy) -> None:
    """No policy exceeds SNS's limits of keys, combinations, bytes or numbers."""
    found = list(keys(policy.rules))
    assert 0 < len(found) <= MAX_KEYS
    assert math.prod(len(values) * depth for _, values, depth in found) <= MAX_COMBINATIONS
    assert all(-MAX_NUMBER <= number <= MAX_NUMBER for number in numbers(policy.rules))
    assert len(policy.text.encode()) <= MAX_BYTES


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_policy_names_existing_attributes(policy: Policy) -> None:
    """A policy names only attributes that some event has: a misspelt one would silently match nothing."""
    events = [normalize(body) for body in POSTBACKS.values()]
    if policy.scope == "MessageBody":
        assert policy.rules.keys() <= events[0].keys()
    else:
        attributes = {name for event in events for name in topic.attributes(event, replayed=True)}
        assert policy.rules.keys() <= attributes


@pytest.mark.usefixtures("aws")
def test_policies_are_accepted_unchanged() -> None:
    """The unchanged text of each file is a valid FilterPolicy for `aws sns subscribe`."""
    topic = sns().create_topic(Name="Another")["TopicArn"]
    for policy in POLICIES:
        sns().subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=f"arn:aws:sqs:us-east-1:123456789012:{policy.name}",
            Attributes={"FilterPolicy": policy.text, "FilterPolicyScope": policy.scope},
        )
