"""The webhooks at CallFire compared with the subscription: what `show` says of each."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from callfire_postbacks.functions.subscriptions import handler
from callfire_postbacks.subscriptions import lifecycle
from callfire_postbacks.subscriptions.callfire_v2_listing import RESOURCES
from tests.support.fake_callfire import API_URL, Server
from tests.support.lambda_context import Context
from tests.support.v2 import V2, callbacks, is_complete, subscribe

pytestmark = pytest.mark.slow


def invoke(action: str) -> Any:  # noqa: ANN401  JSON
    """Invoke the function."""
    return handler({"action": action, "subscription": V2}, Context())


Webhooks = dict[int, dict[str, Any]]

EDITS: Final[list[tuple[Callable[[Webhooks, int], object], str]]] = [
    (lambda known, number: known.pop(number), "missing"),
    (lambda known, number: known[number].update(enabled=False), "disabled"),
    (lambda known, number: known[number].update(callback="https://elsewhere.example/x"), "elsewhere"),
    (lambda known, number: known[number].update(callback=f"{API_URL}/postbacks/v2/{'x' * 43}"), "elsewhere"),
    (lambda known, number: known[number].update(callback=moved(known[number]["callback"])), "elsewhere"),
    (lambda known, number: known[number].update(events=["Started"]), "altered"),
    (lambda known, number: known[number].update(events=None), "altered"),
    (lambda known, number: known[number].update(fields="id,name"), "altered"),
    (lambda known, number: known.update({99: known[number] | {"id": 99}}), "duplicate"),
]
"""Changes that a person makes at CallFire to a webhook: deleted, disabled, posting to another URL, and so on."""


def test_drift(fake_callfire: Server) -> None:
    """A change made at CallFire is shown with its remedy, the remedy fixes it, and no URL is shown."""
    subscribe()
    expected = dict.fromkeys(RESOURCES, "posting")
    as_asked = {"outcome": "as-asked", "detail": "9 webhooks", "webhooks": dict(expected)}
    assert invoke("show")["at_callfire"] == as_asked
    known = fake_callfire.account.v2.known
    for number, (edit, state) in zip(sorted(known), EDITS, strict=False):
        expected[known[number]["resource"]] = state
        edit(known, number)
    found = invoke("show")["at_callfire"]
    assert (found["outcome"], found["webhooks"]) == ("drifted", expected)
    states = ", ".join(f"{resource} {state}" for resource, state in expected.items() if state != "posting")
    assert found["detail"] == f"{states}: `postbacks subscribe v2` repairs it."
    assert [each["at_callfire"] for each in invoke("list")["subscriptions"]] == [found]
    subscribe()
    assert is_complete(fake_callfire)
    assert invoke("show")["at_callfire"] == as_asked


def test_resource_changed(fake_callfire: Server) -> None:
    """A webhook whose resource was changed is missing for the old one and left over for the new one."""
    subscribe()
    known = fake_callfire.account.v2.known
    number = min(known)
    missing = known[number]["resource"]
    known[number]["resource"] = "LowBalance"
    found = invoke("show")["at_callfire"]
    assert (found["webhooks"][missing], found["webhooks"]["LowBalance"]) == ("missing", "left over")
    subscribe()
    assert invoke("show")["at_callfire"]["outcome"] == "as-asked"


def moved(url: str) -> str:
    """Return the same URL at another host."""
    return url.replace(API_URL, "https://elsewhere.example")


def test_replaced_url_is_drift(fake_callfire: Server) -> None:
    """A webhook that still posts to a replaced URL is shown while that URL is live."""
    subscribe()
    [old] = callbacks(fake_callfire)
    subscribe()
    number = min(fake_callfire.account.v2.known)
    fake_callfire.account.v2.known[number]["callback"] = old
    assert "elsewhere" in invoke("show")["at_callfire"]["webhooks"].values()


def test_left_over(fake_callfire: Server) -> None:
    """Webhooks that were not deleted are shown after unsubscribing, until they are deleted."""
    subscribe()
    fake_callfire.account.v2.answers = ["fail"]
    lifecycle.unsubscribe(V2)
    found = invoke("show")["at_callfire"]
    assert found["webhooks"] == dict.fromkeys(RESOURCES, "left over")
    assert "`postbacks unsubscribe v2`" in found["detail"]
    lifecycle.unsubscribe(V2)
    assert invoke("show")["at_callfire"] == {"outcome": "as-asked", "detail": "0 webhooks", "webhooks": {}}


def test_callfire_cannot_be_asked(fake_callfire: Server) -> None:
    """If CallFire cannot be asked, the subscription is still shown, with the reason."""
    subscribe()
    fake_callfire.account.v2.answers = ["fail"] * 2
    shown = invoke("show")
    assert shown["state"] == "subscribed"
    assert (shown["at_callfire"]["outcome"], shown["at_callfire"]["webhooks"]) == ("unknown", {})
    assert "HTTP 500" in shown["at_callfire"]["detail"]


def test_by_hand_is_not_compared(fake_callfire: Server) -> None:
    """A URL set up by hand is not compared with CallFire's webhooks."""
    lifecycle.create_url(V2, api_url=API_URL)
    assert "at_callfire" not in invoke("show")
    assert fake_callfire.account.v2.requests == []
