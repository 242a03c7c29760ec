"""Have each function make every kind of its calls, to find the permissions that they need."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from callfire_postbacks import settings
from callfire_postbacks.aws.clients import ssm
from callfire_postbacks.functions import drain, receive, relay, subscriptions
from callfire_postbacks.postback import Postback, to_message
from tests.support.aws.faults import answering, refusal
from tests.support.building import call, element, postback, request
from tests.support.contents import subscribe
from tests.support.lambda_context import Context
from tests.support.memory import forget
from tests.support.roles.permissions import Permission, recording
from tests.support.signing import signed_postback, signed_request, store_secret
from tests.support.unpublished import store_events

_LAMBDA: Final[Any] = Context()


def exercise_receive() -> set[Permission]:
    """Accept, reject and park a postback, and check the signature of one."""
    _make_live()
    with recording() as used:
        bodies = (call(element("received", "1")), b"?")
        answered = [receive.handler(request(body), _LAMBDA)["statusCode"] for body in bodies]
        with answering("dynamodb.PutItem", refusal("InternalServerError", 500)):
            answered.append(receive.handler(request(), _LAMBDA)["statusCode"])
        assert receive.handler(signed_request(call(element("received", "2"))), _LAMBDA)["statusCode"] == 200
    assert answered == [200, 202, 202]
    return used


def exercise_drain() -> set[Permission]:
    """Drain postbacks: one becomes an event, one cannot be read, and one is signed."""
    _make_live()
    with recording() as used:
        unsigned = [postback(body) for body in (call(element("drained", "1")), b"?")]
        parked = _parked(*unsigned, signed_postback(call(element("drained", "2"))))
        assert drain.handler(parked, _LAMBDA) == {"batchItemFailures": []}
    return used


def exercise_relay() -> set[Permission]:
    """Publish unpublished events, replay by each kind of selection, and apply the retention."""
    ids = store_events(2, campaign="77777")
    year = {"from": "2000-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}
    selections: list[dict[str, Any]] = [{"ids": ids}, {"campaign_id": "77777"}, year]
    with recording() as used:
        assert relay.handler({}, _LAMBDA)["published"] == 2
        for selection in selections:
            assert relay.handler({"replay": selection}, _LAMBDA)["events"] >= 2
        assert "next" in relay.handler({"expire": {}}, _LAMBDA)
    return used


def exercise_subscriptions() -> set[Permission]:
    """Do each action once with each managed generation. Needs the fake CallFire."""
    ssm().delete_parameters(Names=[settings.receiving().signing_secret_parameter])
    with recording() as used:
        for name in ("campaignfinish", "v2"):
            for action in ("subscribe", "show", "create-url", "list", "unsubscribe"):
                answer = subscriptions.handler({"action": action, "subscription": name}, _LAMBDA)
                assert answer
                assert "status" not in answer
    return used


EXERCISES: Final[dict[str, Callable[[], set[Permission]]]] = {
    "ReceiveRole": exercise_receive,
    "DrainRole": exercise_drain,
    "RelayRole": exercise_relay,
    "SubscriptionsRole": exercise_subscriptions,
}
"""By the logical id of the function's role."""


def _make_live() -> None:
    """Make the URL live for a cold function, which has to look it up."""
    forget()
    subscribe()
    subscribe("v2")
    store_secret()


def _parked(*postbacks: Postback) -> dict[str, Any]:
    """Build the event in which Lambda passes parked postbacks to drain."""
    sent = str(int(datetime.now(UTC).timestamp() * 1000))
    return {
        "Records": [
            {
                "messageId": str(number),
                "eventSource": "aws:sqs",
                "attributes": {"SentTimestamp": sent},
                "body": to_message(one),
            }
            for number, one in enumerate(postbacks)
        ]
    }
