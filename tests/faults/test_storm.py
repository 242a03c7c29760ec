"""Send thousands of postbacks while services fail and functions die: short in `make test`, long in `make soak`.

The schedule comes from a seed, which is printed with the auditor's account: `make soak ARGS=--seed=…` repeats it.
"""

import json
from base64 import b64decode
from collections.abc import Iterator

import pytest

from local.stack import Stack
from local.subscriptions import call
from tests.support.fake_callfire_controls import FakeCallFire
from tests.support.stack.consumers import consumer
from tests.support.stored import delete_all, stored
from tests.support.storm.auditor import Found, audit
from tests.support.storm.fault_proxy import FaultProxy
from tests.support.storm.observing import take_rejected
from tests.support.storm.schedule import CAMPAIGN, count_in_storm
from tests.support.storm.storm import SENDERS, run_storm

SUBSCRIPTIONS = ("callfinish", "campaignfinish", f"callfinish{CAMPAIGN}", f"campaignfinish{CAMPAIGN}")


@pytest.fixture
def urls(stack: Stack) -> dict[str, str]:
    """Return URLs by subscription, and a wrong one under "" (see schedule.Delivery)."""
    for subscription in SUBSCRIPTIONS[2:]:
        assert call("PUT", f"{stack.api_url}/subscriptions/{subscription}").status_code == 200
    live = FakeCallFire(stack.fake_callfire).urls()
    wrong = {"": f"{stack.api_url}/postbacks/callfinish/{'w' * 43}"}
    return wrong | {name: live[name.replace("-", "/")] for name in SUBSCRIPTIONS}


@pytest.fixture
def alone(stack: Stack, no_events: None) -> Iterator[None]:  # noqa: ARG001  emptied first
    """Remove all events before and afterwards."""
    yield
    delete_all(stack)


@pytest.mark.usefixtures("alone")
def test_nothing_is_lost_in_a_storm(
    stack: Stack,
    proxy: FaultProxy,
    urls: dict[str, str],
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each postback answered with 2xx is stored exactly once and published at least once, whatever fails."""
    seed, number = pytestconfig.getoption("seed"), pytestconfig.getoption("deliveries")
    proxy.happened.clear()
    with consumer(stack, raw=True, quiet_seconds=0) as receive:
        sent = run_storm(stack, proxy, urls, seed=seed, number=number)
        events = [message.event for message in receive(0)]
    rejected = [b64decode(json.loads(message)["body"]) for message in take_rejected(stack)]
    account = audit(sent, Found(list(stored(stack).values()), events, parked=[], rejected=rejected))
    report = f"\nStorm of seed {seed}, by {SENDERS} senders\n{faults(proxy)}{account}\n"
    with capsys.disabled():
        print(report)  # noqa: T201  the report is the purpose of the suite
    assert not account.findings, report
    assert {one.status for one in sent[count_in_storm(number) :]} <= {200, 202, 404}, "Nothing is turned away any more"


def faults(proxy: FaultProxy) -> str:
    """Return the faults that each function met, in the form of the auditor's account."""
    lines = ""
    for function in ("receive", "drain", "relay"):
        counts = sorted((fault, times) for (fault, at), times in proxy.happened.items() if at == function)
        lines += f"  {function + ' met':12}  {', '.join(f'{fault} {times:,}' for fault, times in counts)}\n"
    return lines
