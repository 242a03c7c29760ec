"""The check of `postbacks doctor` whether events have consumers."""

import pytest

from postbacks_cli.checks import traffic
from postbacks_cli.queues import tail_queue
from tests.support import contents
from tests.support.aws.operators_stack import operators_stack


@pytest.mark.usefixtures("aws")
def test_watching_is_not_consuming() -> None:
    """The queues of `tail` and the console do not count as consumers; another queue does."""
    stack = operators_stack()
    with tail_queue.subscribed(stack, {}), tail_queue.subscribed(stack, {}, purpose="console"):
        [without] = traffic.consumers(stack)
        contents.consumer(name="app-tail-0a1b2c3d-copy")
        [one] = traffic.consumers(stack)
    assert (without.level, one.level, one.detail) == ("warn", "ok", "1 subscribed, at least.")
