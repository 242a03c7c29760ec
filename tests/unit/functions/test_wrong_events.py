"""Each function, invoked by hand with another function's event."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from callfire_postbacks.functions import drain, receive, relay, subscriptions
from callfire_postbacks.wrong_event import WrongEventError
from tests.support.lambda_context import Context
from tools.pages.lambda_events import EVENTS

HANDLERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "receive": receive.handler,
    "drain": drain.handler,
    "relay": relay.handler,
    "subscriptions": subscriptions.handler,
}
POSTBACK: Final = json.loads((EVENTS / "call-finished.json").read_text())
MANAGEMENT: Final = json.loads((EVENTS / "subscribe.json").read_text())
BATCH: Final = {"Records": [{"body": "+12135551212", "eventSource": "aws:sqs"}]}

WRONG: Final = {
    "receive gets a direct invocation": ("receive", MANAGEMENT),
    "receive gets a batch": ("receive", BATCH),
    "receive gets nothing": ("receive", {}),
    "receive gets another route": ("receive", POSTBACK | {"pathParameters": {"subscription": "callfinish"}}),
    "receive gets a route without parameters": ("receive", POSTBACK | {"pathParameters": None}),
    "receive gets a list": ("receive", [POSTBACK]),
    "drain gets a postback": ("drain", POSTBACK),
    "drain gets nothing": ("drain", {}),
    "drain gets a text": ("drain", "Records"),
    "relay gets a postback": ("relay", POSTBACK),
    "relay gets a direct invocation": ("relay", MANAGEMENT),
    "relay gets a batch": ("relay", BATCH),
    "relay gets a list": ("relay", []),
    "subscriptions gets a postback": ("subscriptions", POSTBACK),
    "subscriptions gets a number": ("subscriptions", 1),
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("function", "event"), WRONG.values(), ids=WRONG)
def test_wrong_event_is_named(function: str, event: Any) -> None:  # noqa: ANN401  JSON
    """The error names the expected kind of event and the given keys, and quotes no values."""
    with pytest.raises(
        WrongEventError, match=r"^This function takes .+\. The event has: .+\. See events/README\.md\.$"
    ) as raised:
        HANDLERS[function](event, Context())
    assert "+12135551212" not in str(raised.value)
    assert POSTBACK["pathParameters"]["token"] not in str(raised.value)


@pytest.mark.usefixtures("aws")
def test_whatever_the_schedule_sends_is_right() -> None:
    """The relay accepts an empty event and the one that EventBridge Scheduler sends."""
    scheduled = {"version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"}
    assert [relay.handler(event, Context())["published"] for event in ({}, scheduled)] == [0, 0]
